// money.md *unloads* and *nothing is posted on our own word*: credits have rules of their own, and none is spendable.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask } from './message.ts';
import { type Answer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const said = ({ status, funding }: Answer) => funding?.['decline_reason'] ?? status;

const REFUND = { side: 'unload', method: 'pgfs.refund.authorization', type: 'refund.authorization' } as const;
const PUSH = {
  side: 'unload',
  method: 'pgfs.original.credit.authorization',
  type: 'original.credit.authorization',
} as const;

describe.skipIf(serverUrl === undefined)('credits', () => {
  let world: World;
  let gateway: TestGateway;
  let reversed: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    gateway = await world.gateway();
    reversed = await world.gateway({
      REFUND_AUTHORIZATIONS: 'false',
      ORIGINAL_CREDITS: 'true',
      ORIGINAL_CREDIT_MAX: '250.5',
    });
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  it('refund authorizations are on and original credits off until the operator says otherwise', async () => {
    const customer = await world.customer('settings');
    expect(said(await gateway.ask({ ...customer, ...REFUND }))).toBe(200);
    expect(said(await gateway.ask({ ...customer, ...PUSH }))).toBe('TRANSACTION_NOT_PERMITTED');
    expect(said(await reversed.ask({ ...customer, ...REFUND }))).toBe('TRANSACTION_NOT_PERMITTED');
    expect(said(await reversed.ask({ ...customer, ...PUSH }))).toBe(200);
    expect(await world.balances(customer.accountId)).toMatchObject({ held: 0n, pending: 2000n });
  });

  it('an original credit above the maximum is declined, in every currency by its own measure', async () => {
    const customer = await world.customer('maximum');
    await world.account({ user: customer.user, currency: 'KWD' });
    await world.account({ user: customer.user, currency: 'JPY' });
    const push = (amount: string, currency: string) => reversed.ask({ ...customer, ...PUSH, amount, currency });
    expect([said(await push('250.50', 'EUR')), said(await push('250.51', 'EUR'))]).toEqual([
      200,
      'AMOUNT_LIMIT_EXCEEDED',
    ]);
    expect([said(await push('250.500', 'KWD')), said(await push('250.501', 'KWD'))]).toEqual([
      200,
      'AMOUNT_LIMIT_EXCEEDED',
    ]);
    // 250.5 is no amount of yen: none is accepted
    expect(said(await push('1', 'JPY'))).toBe('AMOUNT_LIMIT_EXCEEDED');
  });

  it('no expected credit is ever spendable, fast funds or not', async () => {
    const customer = await world.customer('promised', { opening_balance: '1.00' });
    const credits: readonly Ask[] = [
      REFUND,
      { ...PUSH, members: { original_credit: { fast_funds_enabled: true } } },
      { side: 'unload', method: 'pgfs.pindebit.refund' },
      { side: 'unload', method: 'pgfs.network.load' },
      { side: 'unload', method: 'pgfs.never.heard.of' },
    ];
    const both = await world.gateway({ ORIGINAL_CREDITS: 'true', ORIGINAL_CREDIT_MAX: '1000' });
    for (const credit of credits) expect(said(await both.ask({ ...customer, ...credit, amount: '100.00' }))).toBe(200);
    expect(await world.balances(customer.accountId)).toEqual({ posted: 100n, held: 0n, pending: 50_000n });
    expect(said(await both.ask({ ...customer, amount: '1.01' }))).toBe('INSUFFICIENT_FUNDS');
    expect(said(await both.ask({ ...customer, amount: '1.00' }))).toBe(200);
  });

  it('ask for no funds, limit, merchant or card: only for an owner with an account that is not closed', async () => {
    const customer = await world.customer('unchecked', { opening_balance: '0.00' });
    const token = world.token('unchecked-limit');
    await world.limit({ token, user: customer.user, currency: 'EUR', window: 'day', max_amount: '0.01', max_count: 0 });
    await world.sql`update cards set state = 'suspended', blocked_categories = '{5411}' where token = ${customer.card}`;
    await world.sql`update owners set blocked = true where token = ${customer.user}`;
    await world.sql`update accounts set state = 'frozen' where account_id = ${customer.accountId}`;
    expect(said(await gateway.ask({ ...customer, ...REFUND }))).toBe(200);
    expect(said(await gateway.ask({ user: customer.user, card: 'no-such-card', ...REFUND }))).toBe(200);
    expect(said(await gateway.ask({ user: customer.user, ...REFUND }))).toBe(200);
    expect(await world.sql`select 1 from counters where account_id = ${customer.accountId}`).toEqual([]);
    expect(said(await gateway.ask({ user: 'no-such-user', card: customer.card, ...REFUND }))).toBe('INVALID_CARD');
    expect(said(await gateway.ask({ ...customer, ...REFUND, currency: 'USD' }))).toBe('INVALID_AMOUNT');
    await world.sql`update accounts set state = 'closed' where account_id = ${customer.accountId}`;
    expect(said(await gateway.ask({ ...customer, ...REFUND }))).toBe('CLOSED_ACCOUNT');
    await world.sql`update accounts set state = 'closing' where account_id = ${customer.accountId}`;
    expect(said(await gateway.ask({ ...customer, ...REFUND }))).toBe(200);
  });

  it('the same credit 50 times at once is expected once', async () => {
    const customer = await world.customer('credit-repeats');
    const ask = { ...customer, ...REFUND, transaction: 'credit-once' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.ask(ask)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await world.balances(customer.accountId)).toMatchObject({ pending: 1000n });
  });
});
