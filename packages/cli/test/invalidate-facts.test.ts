import { createRedis, type RedisAdapter } from '@freeway/redis';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { invalidateFacts } from '../src/invalidate-facts.ts';

const redisUrl = process.env['TEST_REDIS_URL'];

describe.skipIf(redisUrl === undefined)('after a change', () => {
  let redis: RedisAdapter;
  beforeEach(async () => {
    redis = createRedis({
      url: redisUrl ?? '',
      ttlMs: { owner: 60_000, card: 60_000, chain: 60_000 },
      timeoutMs: 5000,
    });
    await vi.waitFor(async () => expect((await redis.health()).state).toBe('up'), { timeout: 10_000 });
  });
  afterEach(() => redis.close());

  test('the shared cache forgets what changed, and nothing else', async () => {
    const [changed, other] = [`c_${randomUUID()}`, `c_${randomUUID()}`];
    const heard: string[] = [];
    redis.facts.onInvalidate((kind, key) => heard.push(`${kind} ${key}`));
    await redis.facts.set('card', changed, '{}');
    await redis.facts.set('owner', `user:${changed}`, '{}');
    await redis.facts.set('card', other, '{}');
    await invalidateFacts(redisUrl, [
      { kind: 'card', key: changed },
      { kind: 'owner', key: `user:${changed}` },
    ]);
    expect(await redis.facts.get('card', changed)).toBeUndefined();
    expect(await redis.facts.get('owner', `user:${changed}`)).toBeUndefined();
    expect(await redis.facts.get('card', other)).toBe('{}');
    await vi.waitFor(() => expect(heard).toEqual([`card ${changed}`, `owner user:${changed}`]), { timeout: 10_000 });
  });
});

test('a shared cache that is away is no reason to fail: versions make it a hint', async () => {
  await expect(invalidateFacts('redis://127.0.0.1:1', [{ kind: 'card', key: 'c_1' }])).resolves.toBeUndefined();
});
