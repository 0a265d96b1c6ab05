import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisAdapter } from '../src/index.ts';
import { openRedis, REDIS_URL } from './open-redis.ts';

describe.skipIf(!REDIS_URL)('sessions', () => {
  let redis: RedisAdapter;
  let server: Redis;
  beforeEach(async () => {
    redis = await openRedis({ sessionTtlMs: 600_000 });
    server = new Redis(REDIS_URL ?? '');
  });
  afterEach(async () => {
    await redis.close();
    await server.quit();
  });

  /** The key of the only session that holds this text. */
  const keyHolding = async (text: string): Promise<string> => {
    for (const key of await server.keys('freeway:session:*')) if ((await server.get(key))?.includes(text)) return key;
    throw new Error(`no session holds ${text}`);
  };

  it('gives back what was stored, under an id nobody can guess', async () => {
    const [first, second] = await Promise.all([
      redis.sessions.create({ operator: 'Zoë', roles: ['read'] }),
      redis.sessions.create({ operator: 'Zoë', roles: ['read'] }),
    ]);
    expect(await redis.sessions.get(first)).toEqual({ operator: 'Zoë', roles: ['read'] });
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
  });

  it('knows no session that was not created', async () => {
    expect(await redis.sessions.get('nothing')).toBeUndefined();
    expect(await redis.sessions.touch('nothing')).toBe(false);
    await expect(redis.sessions.destroy('nothing')).resolves.toBeUndefined();
  });

  it('does not store the id', async () => {
    const marker = randomUUID();
    const id = await redis.sessions.create({ marker });
    const key = await keyHolding(marker);
    expect(key).not.toContain(id);
  });

  it('ends by itself, later when touched', async () => {
    const marker = randomUUID();
    const id = await redis.sessions.create({ marker });
    const key = await keyHolding(marker);
    expect(await server.pttl(key)).toBeGreaterThan(540_000);
    await server.pexpire(key, 60_000);
    expect(await redis.sessions.touch(id)).toBe(true);
    expect(await server.pttl(key)).toBeGreaterThan(540_000);
  });

  it('is gone once destroyed', async () => {
    const id = await redis.sessions.create({ operator: 'ada' });
    await redis.sessions.destroy(id);
    expect(await redis.sessions.get(id)).toBeUndefined();
    expect(await redis.sessions.touch(id)).toBe(false);
  });

  it('takes text that is not ours for no session', async () => {
    const marker = randomUUID();
    const id = await redis.sessions.create({ marker });
    const key = await keyHolding(marker);
    for (const text of ['garbage', 'null', '1', '[]', '"text"']) {
      await server.set(key, text);
      expect(await redis.sessions.get(id)).toBeUndefined();
    }
  });
});
