// Two gateways, one account, 1,000 requests at once: exactly what fits is approved.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jitRequest } from './message.ts';
import { type Answer, openWorld, postJit, type World } from './open-world.ts';
import { spawnGateway } from './spawn-gateway.ts';
import { tally } from './tally.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];
const withRedis = redisUrl === undefined ? {} : { REDIS_URL: redisUrl };

const NOT_YET_HELD = { posted: 100_000n, held: 0n, pending: 0n };

function askAtOnce(to: readonly string[], customer: { user: string; card: string }): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: 1000 }, (_, index) =>
      postJit(to[index % to.length] ?? '', jitRequest({ ...customer, amount: '1.00' })),
    ),
  );
}

describe.skipIf(serverUrl === undefined)('1,000 requests at once by two gateways on one account', () => {
  let world: World;
  let urls: readonly string[];
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    urls = [(await world.gateway(withRedis)).url, (await world.gateway(withRedis)).url];
  });
  afterAll(() => world.close());

  const counters = (accountId: string) =>
    world.sql`select window_start::text as day, amount_minor, count from counters where account_id = ${accountId}`;

  it('approve the 400 that the funds allow', async () => {
    const customer = await world.customer('funds', { opening_balance: '400.00' });
    expect(tally(await askAtOnce(urls, customer))).toEqual({ approved: 400, INSUFFICIENT_FUNDS: 600 });
    expect(await world.balances(customer.accountId)).toEqual({ posted: 40_000n, held: 40_000n, pending: 0n });
    expect(await world.broken()).toEqual([]);
  });

  it('approve the 400 that a daily amount allows', async () => {
    const customer = await world.customer('daily-amount');
    const token = world.token('daily-amount-limit');
    await world.limit({ token, card: customer.card, currency: 'EUR', window: 'day', max_amount: '400.00' });
    expect(tally(await askAtOnce(urls, customer))).toEqual({ approved: 400, AMOUNT_LIMIT_EXCEEDED: 600 });
    expect(await counters(customer.accountId)).toEqual([{ day: '2026-03-15', amount_minor: '40000', count: 400 }]);
    expect(await world.balances(customer.accountId)).toEqual({ ...NOT_YET_HELD, held: 40_000n });
    expect(await world.broken()).toEqual([]);
  });

  it('approve the 400 that a daily count allows', async () => {
    const customer = await world.customer('daily-count');
    const token = world.token('daily-count-limit');
    await world.limit({ token, user: customer.user, currency: 'EUR', window: 'day', max_count: 400 });
    expect(tally(await askAtOnce(urls, customer))).toEqual({ approved: 400, TRANSACTION_COUNT_LIMIT_EXCEEDED: 600 });
    expect(await counters(customer.accountId)).toEqual([{ day: '2026-03-15', amount_minor: '40000', count: 400 }]);
    expect(await world.balances(customer.accountId)).toEqual({ ...NOT_YET_HELD, held: 40_000n });
    expect(await world.broken()).toEqual([]);
  });

  it('approve the 400 that the funds allow, as two processes', async () => {
    const customer = await world.customer('processes', { opening_balance: '400.00' });
    const env = { DATABASE_URL: world.database.url, ...withRedis };
    const processes = await Promise.all([spawnGateway(env), spawnGateway(env)]);
    const answers = await askAtOnce(
      processes.map(({ url }) => url),
      customer,
    );
    const exits = await Promise.all(processes.map((each) => each.end('SIGTERM')));
    expect(tally(answers)).toEqual({ approved: 400, INSUFFICIENT_FUNDS: 600 });
    expect(await world.balances(customer.accountId)).toEqual({ posted: 40_000n, held: 40_000n, pending: 0n });
    expect(await world.broken()).toEqual([]);
    expect(exits).toEqual([0, 0]);
  });
});
