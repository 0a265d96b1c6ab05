// money.md *always answer*: every method of PROTOCOL 5.1 and 5.2, and any other, is answered 200 or 402 with the echo of
// its jit_funding. What each does to the account is written here from PROTOCOL and money.md, not from our table.
import { METHODS } from '@freeway/marqeta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask } from './message.ts';
import { type Answer, type Customer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const said = ({ status, funding }: Answer) => funding?.['decline_reason'] ?? status;

type Effect = 'hold' | 'single hold' | 'expected credit' | 'nothing';
type Row = readonly [method: string, side: 'load' | 'unload', effect: Effect, type?: string];

const casesOf = (rows: readonly Row[]) =>
  rows.map(([method, side, effect, type = 'authorization']) => ({ method, side, effect, type }));

const MONEY = casesOf([
  // PROTOCOL 5.1
  ['pgfs.authorization', 'load', 'hold'],
  ['pgfs.authorization.incremental', 'load', 'hold'],
  ['pgfs.auth_plus_capture', 'load', 'single hold'],
  ['pgfs.billpayment', 'load', 'hold'],
  ['pgfs.billpayment.capture', 'load', 'single hold'],
  ['pgfs.original.credit.authorization', 'unload', 'expected credit'],
  ['pgfs.original.credit.auth_plus_capture', 'unload', 'expected credit'],
  ['pgfs.refund.authorization', 'unload', 'expected credit'],
  // PROTOCOL 5.2
  ['pgfs.authorization.cashback', 'load', 'hold'],
  ['pgfs.authorization.quasi.cash', 'load', 'hold'],
  ['pgfs.atm.withdrawal', 'load', 'hold'],
  ['pgfs.pindebit', 'load', 'single hold'],
  ['pgfs.pindebit.cashback', 'load', 'single hold'],
  ['pgfs.pindebit.atm.withdrawal', 'load', 'single hold'],
  ['pgfs.pindebit.quasi.cash', 'load', 'single hold'],
  ['pgfs.pindebit.authorization', 'load', 'hold'],
  ['pgfs.pindebit.refund', 'unload', 'expected credit'],
  ['pgfs.network.load', 'unload', 'expected credit'],
  // The method that account funding sends was not found: by type
  ['pgfs.account.funding', 'load', 'hold', 'account.funding.authorization'],
  ['pgfs.account.funding', 'load', 'single hold', 'account.funding.auth_plus_capture'],
]);

/** No money, whatever is said beside them. */
const MONEYLESS = casesOf([
  ['pgfs.authorization.account_verification', 'load', 'nothing'],
  ['pgfs.balanceinquiry', 'load', 'nothing', 'balanceinquiry'],
  ['pgfs.pindebit.balanceinquiry', 'load', 'nothing', 'pindebit.balanceinquiry'],
  ['pgfs.product.inquiry', 'load', 'nothing'],
]);

describe.skipIf(serverUrl === undefined)('methods', () => {
  let world: World;
  let gateway: TestGateway;
  let strict: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    const credits = { ORIGINAL_CREDITS: 'true', ORIGINAL_CREDIT_MAX: '100.00' };
    gateway = await world.gateway(credits);
    strict = await world.gateway({ ...credits, UNKNOWN_METHOD: 'decline' });
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  let customers = 0;
  const newCustomer = () => world.customer(`methods-${++customers}`);
  const effectOf = async (customer: Customer): Promise<unknown> => {
    const holds =
      await world.sql`select amount_minor, message_class from holds where account_id = ${customer.accountId}`;
    const credits = await world.sql`select amount_minor from expected_credits where account_id = ${customer.accountId}`;
    return { ...(await world.balances(customer.accountId)), holds, credits };
  };
  const POSTED = { posted: 100_000n, held: 0n, pending: 0n, holds: [] as object[], credits: [] as object[] };
  const EFFECTS: Readonly<Record<Effect, object>> = {
    hold: { ...POSTED, held: 1234n, holds: [{ amount_minor: '1234', message_class: 'dual' }] },
    'single hold': { ...POSTED, held: 1234n, holds: [{ amount_minor: '1234', message_class: 'single' }] },
    'expected credit': { ...POSTED, pending: 1234n, credits: [{ amount_minor: '1234' }] },
    nothing: POSTED,
  };

  it('here are all that PROTOCOL 5.1 and 5.2 list', () => {
    const listed = new Set(METHODS.filter(({ section }) => section !== '5.3').map(({ method }) => method));
    const tested = new Set([...MONEY, ...MONEYLESS].map(({ method }) => method));
    tested.delete('pgfs.account.funding');
    expect(tested).toEqual(listed);
  });

  it.each(MONEY)('$method ($side): approved, $effect', async ({ method, side, effect, type }) => {
    const customer = await newCustomer();
    const ask: Ask = { ...customer, method, side, type, amount: '12.34', jit: `jit-${customers}` };
    const answer = await gateway.ask(ask);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.funding).toMatchObject({
      token: `jit-${customers}`,
      method,
      user_token: customer.user,
      amount: 12.34,
    });
    expect(answer.funding).not.toHaveProperty('decline_reason');
    expect(answer.funding).not.toHaveProperty('balances');
    expect(await effectOf(customer)).toEqual(EFFECTS[effect]);
  });

  it.each([...MONEY, ...MONEYLESS].filter(({ method }) => method !== 'pgfs.product.inquiry'))(
    '$method ($side): declined with the echo and a reason',
    async ({ method, side, type }) => {
      const customer = await newCustomer();
      await world.sql`update accounts set state = 'closed' where account_id = ${customer.accountId}`;
      const answer = await gateway.ask({ ...customer, method, side, type, jit: `jit-d-${customers}` });
      expect(answer.status).toBe(402);
      expect(answer.funding).toMatchObject({
        token: `jit-d-${customers}`,
        method,
        user_token: customer.user,
        amount: 10,
        decline_reason: 'CLOSED_ACCOUNT',
      });
      await world.sql`update accounts set state = 'open' where account_id = ${customer.accountId}`;
      expect(await effectOf(customer)).toEqual(POSTED);
    },
  );

  it.each(MONEYLESS)('$method: amount 0 moves nothing', async ({ method, side, effect, type }) => {
    const customer = await newCustomer();
    const answer = await gateway.ask({ ...customer, method, side, type, amount: '0' });
    expect([said(answer), answer.funding?.['amount']]).toEqual([200, 0]);
    expect(await effectOf(customer)).toEqual(EFFECTS[effect]);
  });

  describe('*zero*: amount 0 under any method is a verification', () => {
    it.each(MONEY)('$method ($side): no hold, no counter, no credit', async ({ method, side, type }) => {
      const customer = await newCustomer();
      const token = world.token(`zero-${customers}`);
      await world.limit({ token, card: customer.card, currency: 'EUR', window: 'day', max_count: 0 });
      expect(said(await gateway.ask({ ...customer, method, side, type, amount: '0.00' }))).toBe(200);
      expect(await effectOf(customer)).toEqual(POSTED);
      expect(await world.sql`select 1 from counters where account_id = ${customer.accountId}`).toEqual([]);
    });

    it('and still looks at the status', async () => {
      const customer = await newCustomer();
      await world.sql`update cards set state = 'terminated' where token = ${customer.card}`;
      expect(said(await gateway.ask({ ...customer, amount: '0' }))).toBe('CARD_NOT_ACTIVE');
      const verification = { ...customer, amount: '0', method: 'pgfs.authorization.account_verification' };
      expect(said(await gateway.ask(verification))).toBe('CARD_NOT_ACTIVE');
    });
  });

  describe('a balance inquiry', () => {
    it('is answered with the exact balances of its currency', async () => {
      const customer = await world.customer('balance', { opening_balance: '1000.10', credit_line: '50.00' });
      await gateway.ask({ ...customer, amount: '300.05' });
      await gateway.ask({ ...customer, amount: '7.00', method: 'pgfs.refund.authorization', side: 'unload' });
      const inquiry = { ...customer, amount: '0', method: 'pgfs.balanceinquiry', type: 'balanceinquiry' } as const;
      const answer = await gateway.ask(inquiry);
      expect(said(answer)).toBe(200);
      const { text } = answer;
      expect(JSON.parse(text).jit_funding.balances).toMatchObject({ EUR: { currency_code: 'EUR' } });
      expect(text).toContain('"ledger_balance":1000.10,"available_balance":750.05,"credit_balance":0.00');
      expect(text).toContain('"pending_credits":7.00');
    });

    it('is answered for a frozen account, not for a closed one', async () => {
      const customer = await newCustomer();
      const inquiry = { ...customer, amount: '0', method: 'pgfs.pindebit.balanceinquiry' } as const;
      await world.sql`update accounts set state = 'frozen' where account_id = ${customer.accountId}`;
      expect((await gateway.ask(inquiry)).funding).toHaveProperty('balances.EUR');
      await world.sql`update accounts set state = 'closed' where account_id = ${customer.accountId}`;
      const closed = await gateway.ask(inquiry);
      expect(said(closed)).toBe('CLOSED_ACCOUNT');
      expect(closed.funding).not.toHaveProperty('balances');
    });

    it('that asks for money faces the debit decision', async () => {
      const customer = await newCustomer();
      expect(said(await gateway.ask({ ...customer, amount: '12.34', method: 'pgfs.balanceinquiry' }))).toBe(200);
      expect(await effectOf(customer)).toEqual(EFFECTS['hold']);
      expect(said(await gateway.ask({ ...customer, amount: '1000', method: 'pgfs.balanceinquiry' }))).toBe(
        'INSUFFICIENT_FUNDS',
      );
    });
  });

  describe('a method we do not know', () => {
    it.each([
      ['pgfs.something.new', 'load', 'hold'],
      ['pgfs.something.new', 'unload', 'expected credit'],
      ['pgfs.refund.authorization', 'load', 'hold'],
      ['pgfs.authorization', 'unload', 'expected credit'],
    ] as const)('%s as %s: %s by default, refused by setting', async (method, side, effect) => {
      const customer = await newCustomer();
      const refused = await strict.ask({ ...customer, method, side, amount: '12.34' });
      expect(said(refused)).toBe('TRANSACTION_NOT_PERMITTED');
      expect(refused.funding).toMatchObject({ method, amount: 12.34 });
      expect(await effectOf(customer)).toEqual(POSTED);
      expect(said(await gateway.ask({ ...customer, method, side, amount: '12.34' }))).toBe(200);
      expect(await effectOf(customer)).toEqual(EFFECTS[effect]);
    });

    it('a known method is not refused by that setting', async () => {
      expect(said(await strict.ask(await newCustomer()))).toBe(200);
    });
  });

  it.each(['pgfs.authorization.capture', 'pgfs.authorization.reversal', 'pgfs.refund', 'pgfs.authorization.standin'])(
    '%s only informs (PROTOCOL 5.3): acknowledged, nothing booked, nothing stored',
    async (method) => {
      const customer = await newCustomer();
      const transaction = `notice-${customers}`;
      expect(said(await gateway.ask({ ...customer, method, transaction }))).toBe(200);
      expect(await effectOf(customer)).toEqual(POSTED);
      expect(await world.sql`select 1 from decisions where transaction_token = ${transaction}`).toEqual([]);
    },
  );
});
