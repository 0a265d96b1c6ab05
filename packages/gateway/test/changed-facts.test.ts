// architecture.md section 4: cached facts are only a hint. What changes in the database decides the very next request,
// also when a hand changed it and nobody told a cache.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Customer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];

interface Change {
  readonly what: string;
  readonly apply: (sql: World['sql'], who: Customer) => Promise<unknown>;
  readonly undo: (sql: World['sql'], who: Customer) => Promise<unknown>;
  readonly reason: string;
}

const CHANGES: readonly Change[] = [
  {
    what: 'a suspended card',
    apply: (sql, { card }) => sql`update cards set state = 'suspended' where token = ${card}`,
    undo: (sql, { card }) => sql`update cards set state = 'active' where token = ${card}`,
    reason: 'CARD_NOT_ACTIVE',
  },
  {
    what: 'a card that we block',
    apply: (sql, { card }) => sql`update cards set block = 'stolen' where token = ${card}`,
    undo: (sql, { card }) => sql`update cards set block = null where token = ${card}`,
    reason: 'CARD_NOT_ACTIVE',
  },
  {
    what: 'an expired card',
    apply: (sql, { card }) => sql`update cards set expires_at = '2026-01-01' where token = ${card}`,
    undo: (sql, { card }) => sql`update cards set expires_at = null where token = ${card}`,
    reason: 'EXPIRED_CARD',
  },
  {
    what: 'a card that is gone',
    apply: (sql, { card }) => sql`update cards set token = ${`${card}-away`} where token = ${card}`,
    undo: (sql, { card }) => sql`update cards set token = ${card} where token = ${`${card}-away`}`,
    reason: 'INVALID_CARD',
  },
  {
    what: 'a frozen account',
    apply: (sql, { accountId }) => sql`update accounts set state = 'frozen' where account_id = ${accountId}`,
    undo: (sql, { accountId }) => sql`update accounts set state = 'open' where account_id = ${accountId}`,
    reason: 'TRANSACTION_NOT_PERMITTED',
  },
  {
    what: 'a blocked owner',
    apply: (sql, { user }) => sql`update owners set blocked = true where token = ${user}`,
    undo: (sql, { user }) => sql`update owners set blocked = false where token = ${user}`,
    reason: 'CARDHOLDER_NOT_ACTIVE',
  },
  {
    what: 'a lowered limit',
    apply: (sql, { card }) => sql`update limits set max_amount_minor = 999 where token = ${`limit of ${card}`}`,
    undo: (sql, { card }) => sql`update limits set max_amount_minor = 5000 where token = ${`limit of ${card}`}`,
    reason: 'AMOUNT_LIMIT_EXCEEDED',
  },
  {
    what: 'a new limit on the account',
    apply: (sql, { accountId }) => sql`
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_count)
        values (${`limit of account ${accountId}`}, 'account', ${accountId}, 'EUR', 'month', 0)`,
    undo: (sql, { accountId }) => sql`delete from limits where token = ${`limit of account ${accountId}`}`,
    reason: 'TRANSACTION_COUNT_LIMIT_EXCEEDED',
  },
  {
    what: "a category blocked by the card's owner",
    apply: (sql, { user }) => sql`update owners set blocked_categories = '{5411}' where token = ${user}`,
    undo: (sql, { user }) => sql`update owners set blocked_categories = '{}' where token = ${user}`,
    reason: 'INVALID_MERCHANT',
  },
  {
    what: 'a category blocked on the card',
    apply: (sql, { card }) => sql`update cards set blocked_categories = '{7995,5411}' where token = ${card}`,
    undo: (sql, { card }) => sql`update cards set blocked_categories = '{7995}' where token = ${card}`,
    reason: 'INVALID_MERCHANT',
  },
];

const CACHES = redisUrl === undefined ? [] : [{ caches: 'in-process and Redis', env: { REDIS_URL: redisUrl } }];

describe.skipIf(serverUrl === undefined).each([{ caches: 'in-process', env: {} }, ...CACHES])(
  'with warm caches ($caches)',
  ({ caches, env }) => {
    let world: World;
    let gateways: readonly TestGateway[];
    beforeAll(async () => {
      world = await openWorld(serverUrl ?? '');
      gateways = [await world.gateway(env), await world.gateway(env)];
    });
    afterAll(() => world.close());

    const askAll = async (who: { user: string; card: string }) => {
      const answers = [];
      for (const gateway of gateways) answers.push(await gateway.ask(who));
      return answers.map(({ status, funding }) => funding?.['decline_reason'] ?? status);
    };

    it.each(CHANGES)(
      '$what decides the very next request, and so does its end',
      async ({ what, apply, undo, reason }) => {
        const customer = await world.customer(`${caches} ${what}`);
        const token = `limit of ${customer.card}`;
        await world.limit({ token, card: customer.card, currency: 'EUR', window: 'transaction', max_amount: '50.00' });
        expect(await askAll(customer)).toEqual([200, 200]);
        expect(await askAll(customer)).toEqual([200, 200]);
        await apply(world.sql, customer);
        expect(await askAll(customer)).toEqual([reason, reason]);
        await undo(world.sql, customer);
        expect(await askAll(customer)).toEqual([200, 200]);
        expect((await world.balances(customer.accountId)).held).toBe(6000n);
      },
    );

    it('an owner opened a moment ago is found at once', async () => {
      const [user, card] = [world.token(`${caches} new`), world.token(`${caches} new-card`)];
      for (const gateway of gateways) expect((await gateway.ask({ user, card })).status).toBe(402);
      await world.customer(`${caches} new`);
      for (const gateway of gateways) expect((await gateway.ask({ user, card })).status).toBe(200);
    });

    it('an account that a hand gave to another owner pays for nobody else', async () => {
      const giver = await world.customer(`${caches} giver`);
      const taker = { user: world.token(`${caches} taker`), card: world.token(`${caches} taker-card`) };
      await world.user(taker.user);
      await world.card(taker.card, taker.user);
      expect([await askAll(giver), await askAll(taker)]).toEqual([
        [200, 200],
        ['INVALID_AMOUNT', 'INVALID_AMOUNT'],
      ]);
      await world.sql`update accounts set owner_token = ${taker.user} where account_id = ${giver.accountId}`;
      expect([await askAll(giver), await askAll(taker)]).toEqual([
        ['INVALID_AMOUNT', 'INVALID_AMOUNT'],
        [200, 200],
      ]);
    });

    it('leaves the ledger true', async () => {
      expect(await world.broken()).toEqual([]);
      for (const gateway of gateways) expect(await gateway.metric('freeway_facts_stale_total')).toBeGreaterThan(0);
    });
  },
);
