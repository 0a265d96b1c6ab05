// Facts as PostgreSQL knows them, and their versions: every change that could change a decision raises them.
import { approval, buildProposal } from '@freeway/testkit';
import type { FactSource } from '@freeway/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';
import { createFactSource } from '../src/fact-source.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const ADA = { kind: 'user', token: 'ada' } as const;

describe.skipIf(serverUrl === undefined)('facts', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  let facts: FactSource;
  let sql: Postgres['sql'];
  const account = { EUR: '', USD: '' };
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.postgres;
    sql = postgres.sql;
    facts = createFactSource(postgres);
    await sql`insert into owners (kind, token) values ('user', 'ada'), ('business', 'ada'), ('user', 'bob')`;
    for (const currency of ['EUR', 'USD'] as const) {
      const [row] = await sql`
        insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
          values ('user', 'ada', ${currency}, 100000) returning account_id`;
      account[currency] = row?.['account_id'];
    }
    await sql`insert into cards (token, owner_kind, owner_token) values ('card', 'user', 'ada')`;
  });
  afterAll(() => database.close());

  const hold = (transactionToken: string, chainToken = transactionToken, owner: string = 'ada') =>
    buildProposal({
      accountId: account.EUR,
      chainToken,
      countedAtMs: Date.UTC(2026, 2, 15, 12),
      request: { transactionToken, messageToken: `m-${transactionToken}`, owner: { kind: 'user', token: owner } },
      decision: approval(),
    });
  const base = () => ({
    chainToken: 'base',
    accountId: account.EUR,
    owner: ADA,
    countedAtMs: Date.UTC(2026, 2, 15, 12),
  });
  const versions = async () => ({
    owner: (await facts.owner(ADA))?.version ?? 0,
    card: (await facts.card('card'))?.version ?? 0,
    bob: (await facts.owner({ kind: 'user', token: 'bob' }))?.version ?? 0,
  });

  it('an owner comes with its accounts; a business of the same name is another', async () => {
    expect(await facts.owner(ADA)).toEqual({
      ...ADA,
      state: 'active',
      blocked: false,
      blockedCategories: [],
      accounts: [
        { accountId: account.EUR, currency: 'EUR', state: 'open' },
        { accountId: account.USD, currency: 'USD', state: 'open' },
      ],
      limits: [],
      version: expect.any(Number),
    });
    expect(await facts.owner({ kind: 'business', token: 'ada' })).toMatchObject({ kind: 'business', accounts: [] });
    expect(await facts.owner({ kind: 'business', token: 'bob' })).toBeUndefined();
    expect(await facts.owner({ kind: 'user', token: '' })).toBeUndefined();
  });

  it('a card comes with what is known of it, and no more', async () => {
    expect(await facts.card('card')).toEqual({
      token: 'card',
      owner: ADA,
      state: 'active',
      blockedCategories: [],
      limits: [],
      version: expect.any(Number),
    });
    await sql`insert into cards (token, state, block, expires_at, blocked_categories)
      values ('bare', 'suspended', 'lost', '2030-06-01T00:00:00Z', '{7995,5933}')`;
    expect(await facts.card('bare')).toEqual({
      token: 'bare',
      state: 'suspended',
      block: 'lost',
      expiresAtMs: Date.UTC(2030, 5, 1),
      blockedCategories: ['7995', '5933'],
      limits: [],
      version: expect.any(Number),
    });
    expect(await facts.card('nobody')).toBeUndefined();
  });

  it('limits come with whom they limit; those of accounts with their owner', async () => {
    await sql`
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor, max_count) values
        ('of ada', 'user', 'ada', 'EUR', 'day', 9007199254740993, null),
        ('of her account', 'account', ${account.USD}, 'USD', 'month', null, 3),
        ('of the business', 'business', 'ada', 'EUR', 'day', 1, 1),
        ('of another account', 'account', '999999', 'EUR', 'day', 1, 1),
        ('of the card', 'card', 'card', 'EUR', 'transaction', 0, 0)`;
    expect((await facts.owner(ADA))?.limits).toEqual([
      {
        limitId: expect.any(Number),
        token: 'of ada',
        subject: ADA,
        currency: 'EUR',
        window: 'day',
        maxAmountMinor: '9007199254740993',
      },
      {
        limitId: expect.any(Number),
        token: 'of her account',
        subject: { kind: 'account', token: account.USD },
        currency: 'USD',
        window: 'month',
        maxCount: 3,
      },
    ]);
    expect((await facts.card('card'))?.limits).toMatchObject([
      { token: 'of the card', maxAmountMinor: '0', maxCount: 0 },
    ]);
    const business = await facts.owner({ kind: 'business', token: 'ada' });
    expect(business?.limits).toMatchObject([{ token: 'of the business' }]);
  });

  describe('a chain', () => {
    beforeAll(async () => {
      await authorizeBatch(sql, [hold('base'), hold('other')]);
      await authorizeBatch(sql, [hold('increment', 'base', 'bob')]);
      const declined = buildProposal({
        accountId: account.EUR,
        request: { transactionToken: 'declined', messageToken: 'm-declined' },
        decision: { outcome: 'decline', reason: 'card_lost' },
      });
      await authorizeBatch(sql, [declined]);
    });

    it('is found by its first transaction, by its message, or by an increment, and leads to its home', async () => {
      expect(await facts.chain({ transactionToken: 'base' })).toEqual(base());
      expect(await facts.chain({ messageToken: 'm-base' })).toEqual(base());
      expect(await facts.chain({ transactionToken: 'increment' })).toEqual(base());
      expect(await facts.chain({ messageToken: 'm-increment' })).toEqual(base());
    });

    it('named twice: the transaction counts before the message', async () => {
      expect(await facts.chain({ transactionToken: 'base', messageToken: 'm-other' })).toEqual(base());
      expect(await facts.chain({ transactionToken: 'nowhere', messageToken: 'm-base' })).toEqual(base());
    });

    it('is none where nothing was approved', async () => {
      expect(await facts.chain({ transactionToken: 'declined' })).toBeUndefined();
      expect(await facts.chain({ transactionToken: 'nowhere' })).toBeUndefined();
      expect(await facts.chain({})).toBeUndefined();
    });
  });

  describe('versions rise with every change, made by whomever', () => {
    const CHANGES: readonly (readonly [string, string, ReadonlyArray<'owner' | 'card' | 'bob'>])[] = [
      [
        'the owner is suspended',
        "update owners set state = 'suspended' where kind = 'user' and token = 'ada'",
        ['owner'],
      ],
      ['nothing at all is changed', "update owners set state = state where kind = 'user' and token = 'ada'", ['owner']],
      ['an account is frozen', "update accounts set state = 'frozen' where currency = 'EUR'", ['owner']],
      [
        'an account is opened',
        "insert into accounts (owner_kind, owner_token, currency) values ('user', 'ada', 'JPY')",
        ['owner'],
      ],
      ['an account changes hands', "update accounts set owner_token = 'bob' where currency = 'JPY'", ['owner', 'bob']],
      ['an account is removed', "delete from accounts where currency = 'JPY'", ['bob']],
      ['the card is blocked', "update cards set block = 'stolen' where token = 'card'", ['card']],
      ['a limit of the card is lifted', "delete from limits where token = 'of the card'", ['card']],
      ['a limit of the owner is changed', "update limits set max_amount_minor = 5 where token = 'of ada'", ['owner']],
      [
        'a limit of the account is changed',
        "update limits set max_count = 5 where token = 'of her account'",
        ['owner'],
      ],
      [
        'a limit moves from the owner to the card',
        "update limits set subject_kind = 'card', subject_token = 'card' where token = 'of ada'",
        ['owner', 'card'],
      ],
      ['a limit of somebody else is changed', "update limits set max_count = 2 where token = 'of the business'", []],
    ];

    it.each(CHANGES)('%s', async (_, statement, raised) => {
      const before = await versions();
      await sql.unsafe(statement);
      const after = await versions();
      const changed = (['owner', 'card', 'bob'] as const).filter((each) => after[each] > before[each]);
      expect(changed).toEqual(raised);
    });

    it('money that moves leaves them as they are', async () => {
      const before = await versions();
      await sql`update accounts set held_minor = held_minor + 1, posted_minor = posted_minor + 1 where currency = 'EUR'`;
      expect(await versions()).toEqual(before);
    });

    it('and are never used again, also when a row is removed and made anew', async () => {
      const { card } = await versions();
      await sql`delete from cards where token = 'card'`;
      expect(await facts.card('card')).toBeUndefined();
      await sql`insert into cards (token) values ('card')`;
      expect((await versions()).card).toBeGreaterThan(card);
    });

    it('are numbers that a double holds exactly', async () => {
      expect(Number.isSafeInteger((await versions()).owner)).toBe(true);
    });
  });
});
