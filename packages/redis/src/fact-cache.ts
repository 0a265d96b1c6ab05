import type { FactCache, FactKind } from '@freeway/core';
import type { Redis } from 'ioredis';
import type { Breaker } from './breaker.ts';
import type { Invalidation } from './invalidation.ts';

/** How long a fact of each kind is kept, in milliseconds. */
export type FactTtlMs = Readonly<Record<FactKind, number>>;

export interface RedisFactCache extends FactCache {
  /** Calls back when invalidations may have been missed: drop every fact held in the process. */
  onEverythingStale(listener: () => void): void;
}

export interface FactCacheParts {
  readonly client: Redis;
  readonly breaker: Breaker;
  readonly invalidation: Invalidation;
  readonly ttlMs: FactTtlMs;
  /** Raised by one with each get. */
  readonly counted: { hits: number; misses: number };
}

const keyOf = (kind: FactKind, key: string): string => `freeway:fact:${kind}:${key}`;

/** Facts as text. A miss, a dead server and an open breaker look the same to the caller: undefined. */
export const createFactCache = ({ client, breaker, invalidation, ttlMs, counted }: FactCacheParts): RedisFactCache => ({
  get: async (kind, key) => {
    const attempt = await breaker.attempt(() => client.get(keyOf(kind, key)));
    const value = attempt.ok ? (attempt.value ?? undefined) : undefined;
    counted[value === undefined ? 'misses' : 'hits'] += 1;
    return value;
  },

  set: async (kind, key, value) => {
    await breaker.attempt(() => client.set(keyOf(kind, key), value, 'PX', ttlMs[kind]));
  },

  invalidate: async (kind, keys) => {
    if (keys.length === 0) return;
    const { channel, message } = invalidation.messageFor(kind, keys);
    // Written together, answered together: one round trip. Deleted before anyone is told to look again.
    await breaker.attempt(() =>
      Promise.all([client.del(...keys.map((key) => keyOf(kind, key))), client.publish(channel, message)]),
    );
  },

  onInvalidate: (listener) => invalidation.onInvalidate(listener),
  onEverythingStale: (listener) => invalidation.onEverythingStale(listener),
});
