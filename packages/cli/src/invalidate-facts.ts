import type { FactKind } from '@freeway/core';
import type { ChangedFact } from '@freeway/postgres';

/** Keys in one round trip. */
const CHUNK = 1000;
const CONNECT_TIMEOUT_MS = 1000;

/** Nothing is ever written to the cache from here. */
const NO_TTL = { owner: 1, card: 1, chain: 1 };

/**
 * Tells the shared cache what changed, as far as it listens. Correct without it, since versions make caches hints
 * (architecture.md section 4): it only spares the next authorization a second look-up.
 */
export async function invalidateFacts(redisUrl: string | undefined, changed: readonly ChangedFact[]): Promise<void> {
  if (redisUrl === undefined || changed.length === 0) return;
  const { createRedis } = await import('@freeway/redis');
  const { promise: ready, resolve: connected } = Promise.withResolvers<void>();
  const redis = createRedis({
    url: redisUrl,
    ttlMs: NO_TTL,
    timeoutMs: CONNECT_TIMEOUT_MS,
    onStatus: ({ state }) => state === 'up' && connected(),
  });
  const timer = setTimeout(connected, CONNECT_TIMEOUT_MS);
  try {
    await ready;
    for (const [kind, keys] of keysByKind(changed)) {
      for (let from = 0; from < keys.length; from += CHUNK)
        await redis.facts.invalidate(kind, keys.slice(from, from + CHUNK));
    }
  } finally {
    clearTimeout(timer);
    await redis.close();
  }
}

function keysByKind(changed: readonly ChangedFact[]): Map<FactKind, string[]> {
  const sets = new Map<FactKind, Set<string>>();
  for (const { kind, key } of changed) sets.set(kind, (sets.get(kind) ?? new Set()).add(key));
  return new Map([...sets].map(([kind, keys]) => [kind, [...keys]]));
}
