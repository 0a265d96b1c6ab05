// money.md *payer*, *ownership*, *chain home*: whose money it is, and whose status and limits also apply.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Customer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const said = ({ status, funding }: Answer) => funding?.['decline_reason'] ?? status;

describe.skipIf(serverUrl === undefined)('who pays', () => {
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

  const held = async (accountId: string) => (await world.balances(accountId)).held;
  const recordOf = async (answer: Answer) => {
    const [row] = await world.sql`
      select o.record::jsonb || jsonb_build_object('card_token', d.card_token) as record
        from outbox o join decisions d using (decision_id) where decision_id = ${String(answer.funding?.['tags'])}`;
    return row?.['record'] as Record<string, unknown>;
  };

  describe("a child's card on a parent's account", () => {
    let parent: Customer;
    let child: { user: string; card: string };
    beforeAll(async () => {
      parent = await world.customer('parent');
      child = { user: world.token('child'), card: world.token('child-card') };
      await world.user(child.user);
      await world.card(child.card, child.user);
    });
    const buy = (amount = '10.00') => gateway.ask({ user: parent.user, acting: child.user, card: child.card, amount });

    it("takes the parent's money", async () => {
      const before = await held(parent.accountId);
      const answer = await buy();
      expect(said(answer)).toBe(200);
      expect(answer.funding).toMatchObject({ user_token: parent.user, acting_user_token: child.user, amount: 10 });
      expect(await held(parent.accountId)).toBe(before + 1000n);
      expect(await recordOf(answer)).not.toHaveProperty('card_owner_differs');
    });

    it("obeys the child's status", async () => {
      await world.sql`update owners set blocked = true where token = ${child.user}`;
      expect(said(await buy())).toBe('CARDHOLDER_NOT_ACTIVE');
      expect(said(await gateway.ask(parent))).toBe(200);
      await world.sql`update owners set blocked = false where token = ${child.user}`;
      expect(said(await buy())).toBe(200);
    });

    it("obeys the limits of child and parent, counted on the parent's account", async () => {
      const before = await held(parent.accountId);
      const childLimit = world.token('pocket-money');
      await world.limit({ token: childLimit, user: child.user, currency: 'EUR', window: 'day', max_amount: '25.00' });
      expect([said(await buy('20.00')), said(await buy('20.00'))]).toEqual([200, 'AMOUNT_LIMIT_EXCEEDED']);
      expect(said(await gateway.ask({ ...parent, amount: '20.00' }))).toBe(200);
      expect(await held(parent.accountId)).toBe(before + 4000n);
      const counters = await world.sql`
        select account_id, amount_minor, count from counters join limits using (limit_id) where token = ${childLimit}`;
      expect(counters).toEqual([{ account_id: parent.accountId, amount_minor: '2000', count: 1 }]);
      const family = world.token('family');
      await world.limit({ token: family, user: parent.user, currency: 'EUR', window: 'transaction', max_amount: '1' });
      expect(said(await buy('2.00'))).toBe('AMOUNT_LIMIT_EXCEEDED');
      await world.sql`delete from limits where token = ${family}`;
    });

    it("cannot pay from an account of the child's own", async () => {
      const own = await world.account({ user: child.user, currency: 'USD', opening_balance: '50.00' });
      const answer = await gateway.ask({ user: parent.user, acting: child.user, card: child.card, currency: 'USD' });
      expect(said(answer)).toBe('INVALID_AMOUNT');
      expect(await held(own)).toBe(0n);
    });
  });

  describe('an account that a business owns', () => {
    let business: string;
    let accountId: string;
    let employee: Customer;
    beforeAll(async () => {
      business = world.token('acme');
      await world.business(business);
      accountId = await world.account({ business, currency: 'EUR', opening_balance: '500.00' });
      employee = await world.customer('employee');
    });

    it('pays, named alone', async () => {
      const answer = await gateway.ask({ business, card: employee.card, amount: '7.00' });
      expect(said(answer)).toBe(200);
      expect(answer.funding).toMatchObject({ business_token: business, user_token: business });
      expect([await held(accountId), await held(employee.accountId)]).toEqual([700n, 0n]);
    });

    it('pays, named beside a user, whose status counts and whose money does not', async () => {
      const ask = { business, user: employee.user, card: employee.card, amount: '8.00' };
      const answer = await gateway.ask(ask);
      expect(said(answer)).toBe(200);
      expect(answer.funding).toMatchObject({ business_token: business, user_token: employee.user });
      expect([await held(accountId), await held(employee.accountId)]).toEqual([1500n, 0n]);
      await world.sql`update owners set state = 'suspended' where token = ${employee.user}`;
      expect(said(await gateway.ask(ask))).toBe('CARDHOLDER_NOT_ACTIVE');
      await world.sql`update owners set state = 'active' where token = ${employee.user}`;
    });

    it('does not pay for the user alone, nor a user of the same name for the business', async () => {
      await world.user(business);
      expect(said(await gateway.ask({ user: business, card: employee.card }))).toBe('INVALID_AMOUNT');
      expect(said(await gateway.ask({ user: employee.user, card: employee.card }))).toBe(200);
      expect([await held(accountId), await held(employee.accountId)]).toEqual([1500n, 1000n]);
    });
  });

  describe('a card that moved between two users', () => {
    it("takes the platform's word for its owner, and reports the difference", async () => {
      const [from, to] = [await world.customer('mover-from'), await world.customer('mover-to')];
      const before = await gateway.ask({ user: from.user, card: from.card });
      const moved = await gateway.ask({ user: to.user, card: from.card });
      expect([said(before), said(moved)]).toEqual([200, 200]);
      expect([await held(from.accountId), await held(to.accountId)]).toEqual([1000n, 1000n]);
      expect(await recordOf(before)).not.toHaveProperty('card_owner_differs');
      expect(await recordOf(moved)).toMatchObject({ card_owner_differs: true, card_token: from.card });
    });

    it('increments book to the account where the chain began, whoever the message names', async () => {
      const [from, to] = [await world.customer('home-from'), await world.customer('home-to')];
      const base = world.token('home-base');
      expect(said(await gateway.ask({ ...from, transaction: base, amount: '30.00' }))).toBe(200);
      await world.sql`update cards set owner_token = ${to.user} where token = ${from.card}`;
      const increment = { method: 'pgfs.authorization.incremental', card: from.card, preceding: base, amount: '5.00' };
      expect(said(await gateway.ask({ ...increment, user: from.user }))).toBe(200);
      expect(said(await gateway.ask({ ...increment, user: to.user }))).toBe(200);
      expect([await held(from.accountId), await held(to.accountId)]).toEqual([4000n, 0n]);
      expect(await world.sql`select account_id, amount_minor from holds where chain_token = ${base}`).toEqual([
        { account_id: from.accountId, amount_minor: '4000' },
      ]);
      await world.sql`update owners set blocked = true where token = ${to.user}`;
      expect(said(await gateway.ask({ ...increment, user: to.user }))).toBe('CARDHOLDER_NOT_ACTIVE');
    });
  });

  describe('an owner with accounts in two currencies', () => {
    it('pays from the account of the currency, and has none in a third', async () => {
      const euro = await world.customer('polyglot', { opening_balance: '20.00' });
      const yen = await world.account({ user: euro.user, currency: 'JPY', opening_balance: '5000' });
      expect(said(await gateway.ask({ ...euro, amount: '20.00' }))).toBe(200);
      expect(said(await gateway.ask({ ...euro, amount: '3000', currency: 'JPY' }))).toBe(200);
      expect(said(await gateway.ask({ ...euro, amount: '3000.5', currency: 'JPY' }))).toBe('INVALID_AMOUNT');
      expect(said(await gateway.ask({ ...euro, amount: '2001', currency: 'JPY' }))).toBe('INSUFFICIENT_FUNDS');
      expect(said(await gateway.ask({ ...euro, amount: '0.01' }))).toBe('INSUFFICIENT_FUNDS');
      expect(said(await gateway.ask({ ...euro, amount: '1.00', currency: 'USD' }))).toBe('INVALID_AMOUNT');
      expect([await held(euro.accountId), await held(yen)]).toEqual([2000n, 3000n]);
    });

    it('has limits in one currency only where they say so', async () => {
      const euro = await world.customer('bounded');
      await world.account({ user: euro.user, currency: 'USD', opening_balance: '100.00' });
      const token = world.token('bounded-eur');
      await world.limit({ token, card: euro.card, currency: 'EUR', window: 'day', max_amount: '5.00' });
      expect(said(await gateway.ask({ ...euro, amount: '6.00' }))).toBe('AMOUNT_LIMIT_EXCEEDED');
      expect(said(await gateway.ask({ ...euro, amount: '6.00', currency: 'USD' }))).toBe(200);
    });
  });
});
