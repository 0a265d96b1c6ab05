import { randomUUID } from 'node:crypto';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRedis, type RedisAdapter, type RedisStatus } from '../src/index.ts';
import { isUp, openRedis, REDIS_URL, TTL_MS } from './open-redis.ts';

/** Resolves to whether the work ended without waiting for anything outside this process: no socket, no timer. */
const endsAtOnce = async (work: Promise<unknown>): Promise<boolean> => {
  let ended = false;
  void work.then(() => (ended = true));
  await new Promise((resolve) => process.nextTick(resolve));
  await Promise.resolve();
  return ended;
};

describe.skipIf(!REDIS_URL)('when Redis is dead or slow', () => {
  const statuses: RedisStatus[] = [];
  const url = new URL(REDIS_URL ?? 'redis://127.0.0.1');
  const target = { host: url.hostname, port: Number(url.port || 6379) };
  let proxy: FaultProxy;
  let redis: RedisAdapter;

  beforeEach(async () => {
    statuses.length = 0;
    proxy = await openFaultProxy(target);
    url.host = `127.0.0.1:${proxy.port}`;
    const onStatus = (status: RedisStatus) => statuses.push(status);
    redis = await openRedis({ url: url.href, timeoutMs: 200, deadSocketMs: 400, onStatus });
    await redis.facts.set('card', 'known', 'x');
    expect(await redis.facts.get('card', 'known')).toBe('x');
    statuses.length = 0;
  });
  afterEach(async () => {
    await redis.close();
    await proxy.close();
  });

  const expectFreeMisses = async () => {
    const { refused, failed, breakerOpened } = redis.statistics();
    for (let n = 0; n < 1_000; n += 1) expect(await endsAtOnce(redis.facts.get('card', 'known'))).toBe(true);
    expect(await redis.facts.get('card', 'known')).toBeUndefined();
    await redis.facts.set('card', 'known', 'y');
    await redis.facts.invalidate('card', ['known']);
    expect(await redis.rateCounters.increment('key', 1_000)).toBeUndefined();
    expect(redis.statistics()).toMatchObject({ refused: refused + 1_004, failed, breakerOpened });
  };

  const expectRecovery = async () => {
    await proxy.forward();
    await isUp(redis);
    await redis.facts.set('card', 'known', 'z');
    expect(await redis.facts.get('card', 'known')).toBe('z');
    expect(statuses.at(-1)).toEqual({ state: 'up' });
  };

  it('slow: the first get is a miss, the next cost nothing, and it comes back when Redis does', async () => {
    proxy.stall();
    expect(await redis.facts.get('card', 'known')).toBeUndefined();
    expect(redis.statistics()).toMatchObject({ breakerOpen: true, breakerOpened: 1, failed: 1 });
    expect(statuses).toEqual([{ state: 'down', detail: 'no answer within 200 ms' }]);
    await expectFreeMisses();
    expect(await redis.health()).toMatchObject({ state: 'down' });
    await expectRecovery();
  });

  it('slow for longer than a socket is trusted: connects afresh and comes back', async () => {
    proxy.stall();
    await redis.facts.get('card', 'known');
    const accepted = proxy.accepted();
    // The handshake on the new connection is not answered either, so a third is made.
    await vi.waitFor(() => expect(proxy.accepted()).toBeGreaterThan(accepted + 3), { timeout: 15_000 });
    await expectFreeMisses();
    await expectRecovery();
  });

  it('many at once: all are misses after one timeout, and one opening is counted', async () => {
    proxy.stall();
    const gets = await Promise.all(Array.from({ length: 500 }, () => redis.facts.get('card', 'known')));
    expect(gets.every((value) => value === undefined)).toBe(true);
    expect(redis.statistics()).toMatchObject({ breakerOpened: 1, failed: 500 });
    await expectRecovery();
  });

  it('dead: not even the first get waits once the connection is known to be lost', async () => {
    await proxy.refuse();
    await vi.waitFor(() => expect(redis.statistics().breakerOpen).toBe(true));
    await expectFreeMisses();
    await vi.waitFor(async () => expect((await redis.health()).detail).toContain('ECONNREFUSED'));
    await expectRecovery();
  });

  it('restarted: reconnects, and what was in flight is a miss and not repeated', async () => {
    proxy.stall();
    const inFlight = redis.facts.get('card', 'known');
    proxy.cut();
    expect(await inFlight).toBeUndefined();
    await expectRecovery();
  });

  it('sends nothing but probes while it is open', async () => {
    proxy.stall();
    await redis.facts.get('card', 'known');
    const bytes = proxy.bytesForwarded();
    const marker = randomUUID();
    for (let n = 0; n < 100; n += 1) await redis.facts.set('card', marker, 'x'.repeat(10_000));
    await proxy.forward();
    await isUp(redis);
    expect(proxy.bytesForwarded() - bytes).toBeLessThan(20_000);
    expect(await redis.facts.get('card', marker)).toBeUndefined();
  });

  it('sessions say that they are unavailable instead of losing someone', async () => {
    const id = await redis.sessions.create({ operator: 'ada' });
    await proxy.refuse();
    await vi.waitFor(() => expect(redis.statistics().breakerOpen).toBe(true));
    await expect(redis.sessions.get(id)).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
    await expect(redis.sessions.destroy(id)).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.forward();
    await isUp(redis);
    expect(await redis.sessions.get(id)).toEqual({ operator: 'ada' });
  });

  it('away at the start: returns at once, misses, and finds Redis when it comes', async () => {
    await proxy.refuse();
    const early = createRedis({ url: url.href, ttlMs: TTL_MS, timeoutMs: 200 });
    expect(await early.facts.get('card', 'known')).toBeUndefined();
    await vi.waitFor(async () =>
      expect(await early.health()).toEqual({ state: 'down', detail: expect.stringContaining('ECONNREFUSED') }),
    );
    await proxy.forward();
    await isUp(early);
    await early.close();
  });

  it('closes while Redis is away', async () => {
    await proxy.refuse();
    await redis.close();
    expect(await redis.facts.get('card', 'known')).toBeUndefined();
    await proxy.forward();
    expect(proxy.accepted()).toBe(2);
  });
});

describe.skipIf(!REDIS_URL)('with a wrong password', () => {
  it('is down, and says why without saying the password', async () => {
    const url = new URL(REDIS_URL ?? 'redis://127.0.0.1');
    url.username = 'nobody';
    url.password = 'hunter2';
    const redis = createRedis({ url: url.href, ttlMs: TTL_MS });
    await vi.waitFor(async () => expect((await redis.health()).detail).toContain('WRONGPASS'));
    expect(JSON.stringify(await redis.health())).not.toContain('hunter2');
    expect(await redis.facts.get('card', 'known')).toBeUndefined();
    await redis.close();
  });
});
