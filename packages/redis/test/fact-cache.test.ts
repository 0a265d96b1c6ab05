import { randomUUID } from 'node:crypto';
import { factCacheContract, sharedFactCacheContract } from '@freeway/testkit/contracts/fact-cache';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisAdapter } from '../src/index.ts';
import { openRedis, REDIS_URL, TTL_MS } from './open-redis.ts';

describe.skipIf(!REDIS_URL)('facts in Redis', () => {
  factCacheContract('Redis', async () => {
    const redis = await openRedis();
    return { cache: redis.facts, close: () => redis.close() };
  });

  sharedFactCacheContract('Redis', async () => {
    const [redis, other] = await Promise.all([openRedis(), openRedis()]);
    return {
      cache: redis.facts,
      other: other.facts,
      close: async () => void (await Promise.all([redis.close(), other.close()])),
    };
  });

  describe('beyond the contract', () => {
    let redis: RedisAdapter;
    let server: Redis;
    beforeEach(async () => {
      redis = await openRedis();
      server = new Redis(REDIS_URL ?? '');
    });
    afterEach(async () => {
      await redis.close();
      await server.quit();
    });

    it('keeps each kind for its own time', async () => {
      const key = randomUUID();
      for (const kind of ['owner', 'card', 'chain'] as const) {
        await redis.facts.set(kind, key, 'x');
        const left = await server.pttl(`freeway:fact:${kind}:${key}`);
        expect(left).toBeGreaterThan(TTL_MS[kind] - 60_000);
        expect(left).toBeLessThanOrEqual(TTL_MS[kind]);
      }
    });

    it('takes a key of another type for a miss, and goes on', async () => {
      const key = randomUUID();
      await server.lpush(`freeway:fact:card:${key}`, 'not a string');
      expect(await redis.facts.get('card', key)).toBeUndefined();
      expect(redis.statistics()).toMatchObject({ failed: 1, breakerOpen: false, breakerOpened: 0 });
      await redis.facts.set('card', key, 'x');
      expect(await redis.facts.get('card', key)).toBe('x');
    });

    it('counts hits and misses', async () => {
      const key = randomUUID();
      await redis.facts.get('card', key);
      await redis.facts.set('card', key, 'x');
      await redis.facts.get('card', key);
      await redis.facts.get('card', key);
      expect(redis.statistics()).toMatchObject({ hits: 2, misses: 1, failed: 0 });
    });
  });
});
