// money.md *chain home* and *Counters*: an increment joins the hold, the window and the limits of its chain.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask } from './message.ts';
import { type Answer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const said = ({ status, funding }: Answer) => funding?.['decline_reason'] ?? status;

describe.skipIf(serverUrl === undefined)('increments', () => {
  let world: World;
  let gateway: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    gateway = await world.gateway();
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  const increment = (ask: Ask) =>
    gateway.ask({ method: 'pgfs.authorization.incremental', type: 'authorization.incremental', ...ask });
  const holds = (accountId: string) =>
    world.sql`select chain_token, amount_minor from holds where account_id = ${accountId} order by chain_token`;

  it('one hold grows; the increment is found by transaction, by message, and by another increment', async () => {
    const customer = await world.customer('grow');
    await gateway.ask({ ...customer, transaction: 'g-base', jit: 'g-base-jit', amount: '30.00' });
    expect(said(await increment({ ...customer, transaction: 'g-1', preceding: 'g-base', amount: '25.15' }))).toBe(200);
    expect(said(await increment({ ...customer, original: 'g-base-jit', amount: '4.00' }))).toBe(200);
    expect(said(await increment({ ...customer, preceding: 'g-1', amount: '1.00' }))).toBe(200);
    expect(await holds(customer.accountId)).toEqual([{ chain_token: 'g-base', amount_minor: '6015' }]);
  });

  it('a refused increment leaves the base hold', async () => {
    const customer = await world.customer('refused', { opening_balance: '40.00' });
    await gateway.ask({ ...customer, transaction: 'r-base', amount: '30.00' });
    expect(said(await increment({ ...customer, preceding: 'r-base', amount: '10.01' }))).toBe('INSUFFICIENT_FUNDS');
    expect(await holds(customer.accountId)).toEqual([{ chain_token: 'r-base', amount_minor: '3000' }]);
  });

  it('of an unknown chain opens it under the token it names; the base joins when it arrives', async () => {
    const customer = await world.customer('orphan');
    const first = await increment({ ...customer, transaction: 'o-1', preceding: 'o-base', amount: '5.00' });
    expect(said(first)).toBe(200);
    expect(await holds(customer.accountId)).toEqual([{ chain_token: 'o-base', amount_minor: '500' }]);
    expect(said(await gateway.ask({ ...customer, transaction: 'o-base', amount: '20.00' }))).toBe(200);
    expect(said(await increment({ ...customer, preceding: 'o-base', amount: '1.00' }))).toBe(200);
    expect(await holds(customer.accountId)).toEqual([{ chain_token: 'o-base', amount_minor: '2600' }]);
  });

  it('that names nothing opens a chain of its own', async () => {
    const customer = await world.customer('nameless');
    expect(said(await increment({ ...customer, transaction: 'n-1', amount: '5.00' }))).toBe(200);
    expect(await holds(customer.accountId)).toEqual([{ chain_token: 'n-1', amount_minor: '500' }]);
  });

  it('of a base that was declined opens the chain', async () => {
    const customer = await world.customer('after-decline', { opening_balance: '10.00' });
    expect(said(await gateway.ask({ ...customer, transaction: 'd-base', amount: '11.00' }))).toBe('INSUFFICIENT_FUNDS');
    expect(said(await increment({ ...customer, preceding: 'd-base', amount: '2.00' }))).toBe(200);
    expect(await holds(customer.accountId)).toEqual([{ chain_token: 'd-base', amount_minor: '200' }]);
  });

  it('a per-transaction limit looks at the total of the chain, at once or one after the other', async () => {
    const customer = await world.customer('total');
    const token = world.token('total-limit');
    await world.limit({ token, card: customer.card, currency: 'EUR', window: 'transaction', max_amount: '50.00' });
    await gateway.ask({ ...customer, transaction: 'c-base', amount: '30.00' });
    expect(said(await increment({ ...customer, preceding: 'c-base', amount: '20.01' }))).toBe('AMOUNT_LIMIT_EXCEEDED');
    const answers = await Promise.all(
      Array.from({ length: 9 }, () => increment({ ...customer, preceding: 'c-base', amount: '5.00' })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(said(await increment({ ...customer, preceding: 'c-base', amount: '0.01' }))).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(await holds(customer.accountId)).toEqual([{ chain_token: 'c-base', amount_minor: '5000' }]);
  });

  it('takes amount and no count, in the window where the chain began', async () => {
    const customer = await world.customer('window');
    const limit = { card: customer.card, currency: 'EUR', window: 'day', max_count: 1, max_amount: '40.00' } as const;
    await world.limit({ token: world.token('window-limit'), ...limit });
    const counters = () => world.sql`
      select window_start::text as day, amount_minor, count from counters
        where account_id = ${customer.accountId} order by window_start`;
    await gateway.ask({ ...customer, transaction: 'w-base', amount: '30.00', at: '2026-03-31T23:59:59.900Z' });
    const nextDay = { ...customer, preceding: 'w-base', at: '2026-04-01T00:00:01.000Z' };
    expect(said(await increment({ ...nextDay, amount: '6.00' }))).toBe(200);
    expect(said(await increment({ ...nextDay, amount: '4.01' }))).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(said(await increment({ ...nextDay, amount: '4.00' }))).toBe(200);
    expect(await counters()).toEqual([{ day: '2026-03-31', amount_minor: '4000', count: 1 }]);
    expect(said(await gateway.ask({ ...customer, at: '2026-03-31T12:00:00Z' }))).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(said(await gateway.ask({ ...customer, at: '2026-04-01T12:00:00Z' }))).toBe(200);
    expect(await counters()).toEqual([
      { day: '2026-03-31', amount_minor: '4000', count: 1 },
      { day: '2026-04-01', amount_minor: '1000', count: 1 },
    ]);
  });
});
