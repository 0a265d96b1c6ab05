import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisAdapter } from '../src/index.ts';
import { openRedis, REDIS_URL } from './open-redis.ts';

describe.skipIf(!REDIS_URL)('rate counters', () => {
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

  it('counts exactly, from several processes at once, each key by itself', async () => {
    const other = await openRedis();
    const key = randomUUID();
    const counts = await Promise.all(
      Array.from({ length: 100 }, (_, n) => (n % 2 ? redis : other).rateCounters.increment(key, 60_000)),
    );
    expect(counts.map((each) => each?.count).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 1),
    );
    expect((await redis.rateCounters.increment(randomUUID(), 60_000))?.count).toBe(1);
    await other.close();
  });

  it('ends its window where the first count put it', async () => {
    const key = randomUUID();
    await redis.rateCounters.increment(key, 60_000);
    const second = await redis.rateCounters.increment(key, 3_600_000);
    expect(second?.resetsInMs).toBeLessThanOrEqual(60_000);
    expect(await server.pttl(`freeway:rate:${key}`)).toBeLessThanOrEqual(60_000);
  });

  it('begins again after the window', async () => {
    const key = randomUUID();
    await redis.rateCounters.increment(key, 60_000);
    await server.del(`freeway:rate:${key}`);
    expect(await redis.rateCounters.increment(key, 60_000)).toEqual({ count: 1, resetsInMs: 60_000 });
  });

  it('gives an end to a counter that has none', async () => {
    const key = randomUUID();
    await server.set(`freeway:rate:${key}`, 41);
    expect(await redis.rateCounters.increment(key, 60_000)).toEqual({ count: 42, resetsInMs: 60_000 });
    expect(await server.pttl(`freeway:rate:${key}`)).toBeGreaterThan(0);
  });
});
