import { randomUUID } from 'node:crypto';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RedisAdapter } from '../src/index.ts';
import { openRedis, REDIS_URL } from './open-redis.ts';

describe.skipIf(!REDIS_URL)('invalidations from other processes', () => {
  let proxy: FaultProxy;
  let redis: RedisAdapter;
  let other: RedisAdapter;
  beforeEach(async () => {
    const url = new URL(REDIS_URL ?? '');
    proxy = await openFaultProxy({ host: url.hostname, port: Number(url.port || 6379) });
    url.host = `127.0.0.1:${proxy.port}`;
    redis = await openRedis({ url: url.href, heartbeatMs: 50, deadSocketMs: 200 });
    other = await openRedis();
  });
  afterEach(async () => {
    await Promise.all([redis.close(), other.close()]);
    await proxy.close();
  });

  const hearsAgain = async () => {
    const heard = vi.fn();
    redis.facts.onInvalidate(heard);
    const key = randomUUID();
    await other.facts.invalidate('card', [key]);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith('card', key));
  };

  it('says that everything may be stale once it listens again after a lost connection', async () => {
    const stale = vi.fn();
    redis.facts.onEverythingStale(stale);
    const before = redis.statistics().everythingStale;
    proxy.cut();
    await vi.waitFor(() => expect(stale).toHaveBeenCalledTimes(1), { timeout: 15_000 });
    expect(redis.statistics().everythingStale).toBe(before + 1);
    await hearsAgain();
  });

  it('says so the first time it listens, since facts may have been kept before', () => {
    expect(redis.statistics().everythingStale).toBe(1);
  });

  it('notices a socket that has died in silence', async () => {
    const stale = vi.fn();
    redis.facts.onEverythingStale(stale);
    const accepted = proxy.accepted();
    proxy.stall();
    // Its heartbeat gets no answer, so it tries a new connection, without being asked anything.
    await vi.waitFor(() => expect(proxy.accepted()).toBeGreaterThan(accepted), { timeout: 15_000 });
    await proxy.forward();
    await vi.waitFor(() => expect(stale).toHaveBeenCalled(), { timeout: 15_000 });
    await hearsAgain();
  });

  it('is not moved by messages that are not ours', async () => {
    const publisher = new Redis(REDIS_URL ?? '');
    const heard = vi.fn();
    redis.facts.onInvalidate(heard);
    const unreadable = [
      'garbage',
      'null',
      '[]',
      '{}',
      '{"origin":"x","kind":"card"}',
      '{"origin":"x","kind":"card","keys":[1]}',
      '{"origin":"x","kind":"__proto__","keys":["a"]}',
      '{"kind":"card","keys":["a"]}',
    ];
    for (const text of unreadable) await publisher.publish('freeway:invalidate', text);
    await hearsAgain();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(redis.statistics().invalidationsUnreadable).toBe(unreadable.length);
    await publisher.quit();
  });

  it('degrades health while it does not listen', async () => {
    // A database of its own tells its connections from those of tests that run beside this one.
    const url = new URL(REDIS_URL ?? '');
    url.pathname = '/7';
    const deaf = await openRedis({ url: url.href });
    const admin = new Redis(REDIS_URL ?? '');
    const clients = ((await admin.client('LIST')) as string).split('\n');
    const listeners = clients.filter((client) => / name=freeway-invalidation .* db=7 /.test(client));
    expect(listeners).toHaveLength(1);
    await admin.client('KILL', 'ID', / ?id=(\d+)/.exec(listeners[0] ?? '')?.[1] ?? '');
    const states = new Set<string>();
    await vi.waitFor(
      async () => {
        states.add((await deaf.health()).state);
        expect(states).toContain('degraded');
      },
      { timeout: 15_000, interval: 1 },
    );
    await vi.waitFor(async () => expect((await deaf.health()).state).toBe('up'), { timeout: 15_000 });
    expect(deaf.statistics().breakerOpened).toBe(0);
    await deaf.close();
    await admin.quit();
  });
});
