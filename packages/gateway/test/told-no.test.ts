// money.md *doubt*: whoever was told no because PostgreSQL could not answer has been told no for good. The approval that
// lands later is voided, and until then no repeat of the message is told yes.
import type { FaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { behindProxy } from './behind-proxy.ts';
import { type Ask, jitRequest } from './message.ts';
import { type Customer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const SOON = { MARQETA_TIMEOUT_MS: '1000', NETWORK_ALLOWANCE_MS: '500' };
/** Commits of four messages are under way side by side: none waits for another to be sent. */
const DECLINING = { LEDGER_UNAVAILABLE: 'decline', COMMIT_IN_FLIGHT: '4', ...SOON };

describe.skipIf(serverUrl === undefined)('told no while PostgreSQL could not answer', () => {
  let world: World;
  let proxy: FaultProxy;
  let gateway: TestGateway;
  let customer: Customer;
  let customers = 0;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    const behind = await behindProxy(world.database.url);
    proxy = behind.proxy;
    gateway = await world.gateway({ DATABASE_URL: behind.url, ...DECLINING });
  });
  beforeEach(async () => {
    customer = await world.customer(`told-no-${++customers}`);
    const token = world.token(`told-no-${customers}`);
    await world.limit({ token, card: customer.card, currency: 'EUR', window: 'day', max_amount: '500', max_count: 9 });
    await vi.waitFor(async () => expect((await gateway.ask({ ...customer, amount: '0' })).status).toBe(200), {
      timeout: 10_000,
    });
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
    await proxy.close();
  });

  const NO = { status: 402, reason: 'TRANSACTION_NOT_PERMITTED' };
  const post = async (body: string) => {
    const { status, funding } = await gateway.post(body);
    return { status, reason: funding?.['decline_reason'] };
  };
  const storedAs = async (transaction: string) => {
    const [row] = await world.sql`
      select approved, reason, effect from decisions where transaction_token = ${transaction}`;
    return row;
  };
  const VOIDED = { approved: false, reason: 'ledger_unavailable', effect: 'none' };
  const untilVoided = (transaction: string) =>
    vi.waitFor(async () => expect(await storedAs(transaction)).toEqual(VOIDED), { timeout: 10_000 });
  const counters = () => world.sql`select amount_minor, count from counters where account_id = ${customer.accountId}`;

  /** Asks while the network stands still, hears no, and lets the commit go on. */
  async function toldNo(ask: Ask): Promise<string> {
    const body = jitRequest({ ...customer, ...ask });
    proxy.stall();
    expect(await post(body)).toEqual(NO);
    return body;
  }

  it('whatever lands later is voided, and its repeat is declined', async () => {
    const increment = { amount: '7.00', method: 'pgfs.authorization.incremental', preceding: 'base' };
    const asks: readonly Ask[] = [
      { amount: '7.00', transaction: 'late authorization' },
      { amount: '7.00', transaction: 'late single message', method: 'pgfs.pindebit' },
      { amount: '7.00', transaction: 'late refund', method: 'pgfs.refund.authorization', side: 'unload' },
      { ...increment, transaction: 'late increment' },
    ];
    // An increment whose chain is in the caches reaches the commit.
    await gateway.ask({ ...customer, transaction: 'base', amount: '1.00' });
    await gateway.ask({ ...customer, ...increment, amount: '1.00' });
    // One after the other: requests of an account that wait for the same commit are not sent, and so cannot land.
    const bodies: string[] = [];
    for (const ask of asks) {
      bodies.push(await toldNo(ask));
      await proxy.forward();
      await untilVoided(ask.transaction ?? '');
    }
    expect(await world.balances(customer.accountId)).toEqual({ posted: 100_000n, held: 200n, pending: 0n });
    expect(await counters()).toEqual([{ amount_minor: '200', count: 1 }]);
    expect(await Promise.all(bodies.map(post))).toEqual([NO, NO, NO, NO]);
    for (const { transaction } of asks) expect(await storedAs(transaction ?? '')).toEqual(VOIDED);
    expect(await world.broken()).toEqual([]);
  });

  it('what lands as a decline stays as it is', async () => {
    const body = await toldNo({ amount: '500.01', transaction: 'late decline' });
    await proxy.forward();
    await vi.waitFor(async () => expect(await storedAs('late decline')).toMatchObject({ approved: false }));
    expect(await storedAs('late decline')).toMatchObject({ reason: 'daily_amount_limit' });
    // Once nothing is left to void, the repeat gets what was stored.
    await vi.waitFor(async () => expect((await post(body)).reason).toBe('AMOUNT_LIMIT_EXCEEDED'), { timeout: 10_000 });
  });

  it('a repeat that comes while the commit is still under way hears no with it', async () => {
    const body = await toldNo({ amount: '7.00', transaction: 'late follower' });
    const repeat = post(body);
    const otherMessage = post(jitRequest({ ...customer, amount: '7.00', transaction: 'late follower' }));
    await proxy.forward();
    expect(await Promise.all([repeat, otherMessage])).toEqual([NO, NO]);
    await untilVoided('late follower');
  });

  it('a repeat that comes between the landing and the void hears no', async () => {
    const body = await toldNo({ amount: '7.00', transaction: 'late between' });
    await proxy.forward();
    await gateway.authorizer.ledger.drained();
    const answers = [];
    do answers.push(await post(body));
    while ((await storedAs('late between'))?.['approved'] !== false);
    expect(answers).toEqual(answers.map(() => NO));
    expect((await world.balances(customer.accountId)).held).toBe(0n);
  });

  it('an earlier arrival that was told yes keeps its approval', async () => {
    const body = jitRequest({ ...customer, amount: '7.00', transaction: 'early yes' });
    expect((await post(body)).status).toBe(200);
    proxy.stall();
    expect(await post(body)).toEqual(NO);
    await proxy.forward();
    await vi.waitFor(async () => expect((await post(body)).status).toBe(200), { timeout: 10_000 });
    expect(await storedAs('early yes')).toMatchObject({ approved: true });
    expect((await world.balances(customer.accountId)).held).toBe(700n);
  });
});
