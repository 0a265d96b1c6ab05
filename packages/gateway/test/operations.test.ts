// What operators read: health by service, readiness, metrics, the profile; and what they see while a service is away.
import type { FaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { behindProxy } from './behind-proxy.ts';
import { exchange } from './http-client.ts';
import { openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'] ?? '';

/** A report is shared for a second. */
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

describe.skipIf(serverUrl === undefined || redisUrl === '')('operations', () => {
  let world: World;
  let database: FaultProxy;
  let cache: FaultProxy;
  let gateway: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    const [behindDatabase, behindCache] = [await behindProxy(world.database.url), await behindProxy(redisUrl)];
    [database, cache] = [behindDatabase.proxy, behindCache.proxy];
    gateway = await world.gateway({ DATABASE_URL: behindDatabase.url, REDIS_URL: behindCache.url });
  });
  afterAll(async () => {
    await world.close();
    await Promise.all([database.close(), cache.close()]);
  });

  const get = async (path: string) => {
    const { status, text } = await exchange(`${gateway.url}${path}`, { method: 'GET' });
    return { status, body: JSON.parse(text) };
  };

  it('all is well: each service by name, with state, latency and detail', async () => {
    await soon(async () => {
      const { status, body } = await get('/health');
      expect(status).toBe(200);
      expect(body).toEqual({
        state: 'up',
        services: {
          postgres: { state: 'up', required: true, latencyMs: expect.any(Number), detail: 'the ledger answers' },
          redis: { state: 'up', required: false, latencyMs: expect.any(Number) },
        },
      });
    });
    expect(await get('/ready')).toEqual({ status: 200, body: { ready: true } });
  });

  it('Redis away: degraded, ready, and authorizations go on', async () => {
    await cache.refuse();
    await soon(async () => {
      const { status, body } = await get('/health');
      expect([status, body.state, body.services.redis.state]).toEqual([200, 'degraded', 'down']);
      expect(body.services.redis.detail).toEqual(expect.any(String));
    });
    expect((await get('/ready')).status).toBe(200);
    expect((await gateway.ask(await world.customer('degraded'))).status).toBe(200);
    await cache.forward();
  });

  it('PostgreSQL away: down, not ready, and still alive', async () => {
    await database.refuse();
    await soon(async () => {
      const { status, body } = await get('/health');
      expect([status, body.state, body.services.postgres.state]).toEqual([503, 'down', 'down']);
    });
    expect(await get('/ready')).toEqual({ status: 503, body: { ready: false, detail: 'down: postgres' } });
    expect(await get('/live')).toEqual({ status: 200, body: { live: true } });
    await database.forward();
    await soon(async () => expect((await get('/ready')).status).toBe(200));
  });

  it('metrics and profile tell of what happened, by stage and by reason', async () => {
    const customer = await world.customer('measured', { opening_balance: '15.00' });
    const approvedBefore = await gateway.metric('freeway_authorizations_approved_total');
    for (let time = 0; time < 3; time++) await gateway.ask({ ...customer, amount: '5.00' });
    await gateway.ask({ ...customer, amount: '5.00' });
    expect(await gateway.metric('freeway_authorizations_approved_total')).toBe(approvedBefore + 3);
    expect(await gateway.metric('freeway_authorizations_declined_total', { reason: 'insufficient_funds' })).toBe(1);
    expect(await gateway.metric('freeway_authorizations_declined_total', { reason: 'card_lost' })).toBe(0);
    expect(await gateway.metric('freeway_postgres_commits_pool', { state: 'max' })).toBe(2);
    const { status, body } = await get('/profile');
    expect(status).toBe(200);
    const text = JSON.stringify(body);
    for (const stage of [
      'decode',
      'user_lookup',
      'card_lookup',
      'limits_check',
      'decision',
      'commit',
      'encode',
      'total',
    ])
      expect(text).toContain(stage);
    expect(text).toContain('insufficient_funds');
  });
});
