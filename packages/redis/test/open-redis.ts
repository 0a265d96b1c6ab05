import { vi } from 'vitest';
import { createRedis, type RedisAdapter, type RedisOptions } from '../src/index.ts';

export const REDIS_URL = process.env['TEST_REDIS_URL'];

export const TTL_MS = { owner: 3_600_000, card: 900_000, chain: 300_000 };

/** An adapter that is up and hears others. A timeout far above any pause of a busy machine, unless a test says otherwise. */
export const openRedis = async (options: Partial<RedisOptions> = {}): Promise<RedisAdapter> => {
  const redis = createRedis({ url: REDIS_URL ?? '', ttlMs: TTL_MS, timeoutMs: 5_000, ...options });
  await isUp(redis);
  return redis;
};

export const isUp = (redis: RedisAdapter): Promise<void> =>
  vi.waitFor(
    async () => {
      const health = await redis.health();
      if (health.state !== 'up') throw new Error(`Redis is ${health.state}: ${health.detail}`);
    },
    { timeout: 15_000 },
  );
