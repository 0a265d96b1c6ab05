import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildProposal } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';
import { createFactSource } from '../src/fact-source.ts';
import { verifyLedger } from '../src/invariants.ts';
import { blockCard, unblockCard } from '../src/operator/block-card.ts';
import { blockOwner, unblockOwner } from '../src/operator/block-owner.ts';
import { closeAccount } from '../src/operator/close-account.ts';
import { creditAccount } from '../src/operator/credit-account.ts';
import { debitAccount } from '../src/operator/debit-account.ts';
import { freezeAccount, unfreezeAccount } from '../src/operator/freeze-account.ts';
import { openAccount } from '../src/operator/open-account.ts';
import { putCard } from '../src/operator/put-card.ts';
import { putLimit } from '../src/operator/put-limit.ts';
import { putOwner } from '../src/operator/put-owner.ts';
import { setCreditLine } from '../src/operator/set-credit-line.ts';
import { showAccount } from '../src/operator/show-account.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const ADA = { kind: 'user', token: 'u_ada' } as const;
const USD = { owner: ADA, currency: 'USD' };
const ME = 'operator@test';

describe.skipIf(serverUrl === undefined)("the operator's verbs", () => {
  let database: TestDatabase;
  let postgres: Postgres;

  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.postgres;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await postgres.sql`truncate owners, cards, limits, accounts, decisions, holds, expected_credits, counters,
      ledger_transactions, entries, outbox, audit_records restart identity`;
  });

  const audits = () =>
    postgres.sql<{ actor: string; verb: string; subject: string; detail: Record<string, unknown> }[]>`
      select actor, verb, subject, detail from audit_records order by audit_id`;
  const cardVersion = async (token: string) => (await createFactSource(postgres).card(token))?.version ?? 0;
  const ownerVersion = async (token: string) =>
    (await createFactSource(postgres).owner({ kind: 'user', token }))?.version ?? 0;
  const broken = async () => (await verifyLedger(postgres)).filter((one) => !one.ok);

  async function openAda(opening = '100.00'): Promise<void> {
    await putOwner(postgres, 'user', { token: ADA.token }, ME);
    await openAccount(postgres, { user: ADA.token, currency: 'USD', opening_balance: opening }, ME);
  }

  describe('owners and cards', () => {
    test('a put makes, changes and then leaves alone; only a change raises the version and is audited', async () => {
      expect(await putOwner(postgres, 'user', { token: 'u_1' }, ME)).toMatchObject({
        status: 'created',
        subject: 'user:u_1',
      });
      const made = await ownerVersion('u_1');
      expect(await putOwner(postgres, 'user', { token: 'u_1' }, ME)).toEqual({
        status: 'unchanged',
        subject: 'user:u_1',
        changed: [],
      });
      expect(await ownerVersion('u_1')).toBe(made);
      const changed = await putOwner(
        postgres,
        'user',
        { token: 'u_1', blocked_categories: ['7995', '6011', '7995'] },
        ME,
      );
      expect(changed).toEqual({
        status: 'updated',
        subject: 'user:u_1',
        changed: [{ kind: 'owner', key: 'user:u_1' }],
      });
      expect(await ownerVersion('u_1')).toBeGreaterThan(made);
      expect((await createFactSource(postgres).owner({ kind: 'user', token: 'u_1' }))?.blockedCategories).toEqual([
        '6011',
        '7995',
      ]);
      expect((await audits()).map(({ actor, verb, subject }) => [actor, verb, subject])).toEqual([
        [ME, 'put_user', 'user:u_1'],
        [ME, 'put_user', 'user:u_1'],
      ]);
    });

    test('a put keeps what it does not name', async () => {
      await putOwner(postgres, 'business', { token: 'b_1', state: 'suspended', blocked: true }, ME);
      await putOwner(postgres, 'business', { token: 'b_1', blocked_categories: ['7995'] }, ME);
      const fact = await createFactSource(postgres).owner({ kind: 'business', token: 'b_1' });
      expect(fact).toMatchObject({ state: 'suspended', blocked: true, blockedCategories: ['7995'] });
    });

    test("*status*: neither the platform's state nor our block lifts the other", async () => {
      await putOwner(postgres, 'user', { token: 'u_1' }, ME);
      await putCard(postgres, { token: 'c_1', user: 'u_1', state: 'suspended', expires: '2029-12' }, ME);
      expect(await blockCard(postgres, 'c_1', 'lost', ME)).toMatchObject({ status: 'updated' });
      await putCard(postgres, { token: 'c_1', state: 'active' }, ME);
      const source = createFactSource(postgres);
      expect(await source.card('c_1')).toMatchObject({ state: 'active', block: 'lost' });
      await putCard(postgres, { token: 'c_1', state: 'suspended' }, ME);
      expect(await unblockCard(postgres, 'c_1', ME)).toMatchObject({ status: 'updated' });
      expect(await unblockCard(postgres, 'c_1', ME)).toMatchObject({ status: 'unchanged' });
      const card = await source.card('c_1');
      expect(card).toMatchObject({ state: 'suspended', owner: { kind: 'user', token: 'u_1' } });
      expect(card?.block).toBeUndefined();
      expect(card?.expiresAtMs).toBe(Date.parse('2030-01-01T00:00:00Z'));
    });

    test('blocking what is not there is refused and makes nothing', async () => {
      expect(await blockCard(postgres, 'c_none', 'stolen', ME)).toMatchObject({
        status: 'refused',
        message: 'there is no card c_none',
      });
      expect(await blockOwner(postgres, ADA, ME)).toMatchObject({
        status: 'refused',
        message: 'there is no user u_ada',
      });
      expect(await createFactSource(postgres).card('c_none')).toBeUndefined();
      expect(await audits()).toHaveLength(0);
    });

    test('a blocked user is blocked on the very next look, and unblocked again', async () => {
      await putOwner(postgres, 'user', { token: ADA.token }, ME);
      const before = await ownerVersion(ADA.token);
      expect(await blockOwner(postgres, ADA, ME)).toMatchObject({ status: 'updated' });
      expect(await createFactSource(postgres).owner(ADA)).toMatchObject({ blocked: true });
      expect(await ownerVersion(ADA.token)).toBeGreaterThan(before);
      await unblockOwner(postgres, ADA, ME);
      expect(await createFactSource(postgres).owner(ADA)).toMatchObject({ blocked: false, state: 'active' });
    });

    test.each([
      [{ token: 'c_1', user: 'u_none' }, 'unknown_owner', 'there is no user u_none'],
      [{ token: 'c_1', user: 'u_1', business: 'b_1' }, 'invalid_input', 'user and business exclude each other'],
      [{ token: 'c_1', expires: '2029-13' }, 'invalid_input', 'expires must be a month such as 2029-12'],
      [
        { token: ' c_1', state: 'asleep' },
        'invalid_input',
        'state must be one of unactivated, active, suspended, terminated, not "asleep"; token " c_1" is not a token',
      ],
      [{ token: 'c_1', blocked_categories: ['79'] }, 'invalid_input', '"79" is not a four-digit category code'],
    ])('refuses the card %j', async (record, code, message) => {
      const outcome = await putCard(postgres, record as Parameters<typeof putCard>[1], ME);
      expect(outcome).toMatchObject({ status: 'refused', code, message: expect.stringContaining(message) as string });
    });
  });

  describe('limits', () => {
    beforeEach(async () => {
      await openAda();
      await putCard(postgres, { token: 'c_1', user: ADA.token }, ME);
    });
    const daily = {
      token: 'l_1',
      card: 'c_1',
      currency: 'USD',
      window: 'day',
      max_amount: '500.00',
      max_count: 20,
    } as const;

    test('a limit is made, changed, left alone and lifted, and each change is on the next version of its subject', async () => {
      const versions = [await cardVersion('c_1')];
      const put = async (record: Parameters<typeof putLimit>[1]) => {
        const { status } = await putLimit(postgres, record, ME);
        versions.push(await cardVersion('c_1'));
        return status;
      };
      expect(await put(daily)).toBe('created');
      expect(await put(daily)).toBe('unchanged');
      expect(await put({ ...daily, max_amount: '400' })).toBe('updated');
      expect((await createFactSource(postgres).card('c_1'))?.limits).toMatchObject([
        { maxAmountMinor: '40000', maxCount: 20 },
      ]);
      expect(await put({ token: 'l_1', card: 'c_1', currency: 'USD', window: 'day' })).toBe('lifted');
      expect(await put({ token: 'l_1', card: 'c_1', currency: 'USD', window: 'day' })).toBe('unchanged');
      expect((await createFactSource(postgres).card('c_1'))?.limits).toEqual([]);
      const [v0 = 0, v1 = 0, v2 = 0, v3 = 0, v4 = 0, v5 = 0] = versions;
      expect([v1 > v0, v2 === v1, v3 > v2, v4 > v3, v5 === v4]).toEqual([true, true, true, true, true]);
    });

    test("an account's limit changes the version of its owner", async () => {
      const before = await ownerVersion(ADA.token);
      const record = {
        token: 'l_a',
        account: { user: ADA.token, currency: 'USD' },
        currency: 'USD',
        window: 'month',
        max_amount: '9.99',
      } as const;
      const outcome = await putLimit(postgres, record, ME);
      expect(outcome).toMatchObject({
        status: 'created',
        changed: [{ kind: 'owner', key: 'user:u_ada' }],
      });
      expect(await ownerVersion(ADA.token)).toBeGreaterThan(before);
      expect((await createFactSource(postgres).owner(ADA))?.limits).toMatchObject([
        { maxAmountMinor: '999', subject: { kind: 'account' } },
      ]);
    });

    test.each([
      [{ ...daily, currency: 'EUR' }, 'currency (USD)'],
      [{ ...daily, window: 'month' }, 'window (day)'],
      [{ token: 'l_1', user: ADA.token, currency: 'USD', window: 'day', max_count: 1 }, 'subject'],
      [
        { token: 'l_1', account: { user: ADA.token, currency: 'USD' }, currency: 'USD', window: 'month' },
        'subject and window (day)',
      ],
    ] as const)('subject, currency and window are immutable: %j', async (record, named) => {
      await putLimit(postgres, daily, ME);
      expect(await putLimit(postgres, record, ME)).toMatchObject({
        status: 'refused',
        code: 'immutable',
        message: `limit l_1 has another ${named}, which cannot change`,
      });
      expect((await createFactSource(postgres).card('c_1'))?.limits).toHaveLength(1);
    });

    test.each([
      [{ ...daily, max_amount: '1.234' }, 'max_amount "1.234" has more decimals than USD (2)'],
      [{ ...daily, max_amount: '-1' }, 'max_amount "-1" is negative'],
      [{ ...daily, currency: 'XXZ' }, 'currency "XXZ" is not one of ISO 4217'],
      [{ ...daily, window: 'transaction' }, 'max_count has no meaning within one transaction'],
      [{ ...daily, card: 'c_none' }, 'there is no card c_none'],
      [{ token: 'l', currency: 'USD', window: 'day' }, 'exactly one of card, user, business and account is needed'],
    ] as const)('refuses %j', async (record, message) => {
      expect(await putLimit(postgres, record, ME)).toMatchObject({ status: 'refused', message });
    });
  });

  describe('accounts', () => {
    test('*Books*: an opening balance is a ledger transaction against funding that sums to zero', async () => {
      await openAda('100.00');
      const entries = await postgres.sql`select book, amount_minor, currency from entries order by entry_number`;
      expect(entries.map((row) => ({ ...row }))).toEqual([
        { book: 'account', amount_minor: '10000', currency: 'USD' },
        { book: 'funding', amount_minor: '-10000', currency: 'USD' },
      ]);
      expect(await showAccount(postgres, USD)).toMatchObject({
        status: 'found',
        account: { postedMinor: 10000n, availableMinor: 10000n, state: 'open' },
        bookings: [{ kind: 'opening_balance', amountMinor: 10000n }],
      });
      expect(await broken()).toEqual([]);
    });

    test('opening twice changes nothing; another opening balance is refused', async () => {
      await openAda('100.00');
      const record = { user: ADA.token, currency: 'USD' };
      expect(await openAccount(postgres, { ...record, opening_balance: '100' }, ME)).toMatchObject({
        status: 'unchanged',
      });
      expect(await openAccount(postgres, record, ME)).toMatchObject({ status: 'unchanged' });
      expect(await openAccount(postgres, { ...record, opening_balance: '100.01' }, ME)).toMatchObject({
        status: 'refused',
        code: 'immutable',
        message: 'the account was opened with 100.00 USD: an opening balance never changes, credit or debit it',
      });
      expect(await postgres.sql`select 1 from ledger_transactions`).toHaveLength(1);
    });

    test('needs its owner', async () => {
      expect(await openAccount(postgres, { user: 'u_none', currency: 'USD' }, ME)).toMatchObject({
        status: 'refused',
        code: 'unknown_owner',
        message: 'there is no user u_none',
      });
    });

    test('credit and debit book double entry with reason and counterpart, and are audited', async () => {
      await openAda('100.00');
      const credit = { ...USD, amount: '20.5', idempotencyKey: 'k1', reason: 'goodwill' };
      const booked = await creditAccount(postgres, credit, ME);
      expect(booked).toMatchObject({ status: 'booked', account: { postedMinor: 12050n, availableMinor: 12050n } });
      const debit = { ...USD, amount: '0.50', idempotencyKey: 'k2', reason: 'card fee', counterpart: 'fees' } as const;
      expect(await debitAccount(postgres, debit, ME)).toMatchObject({
        status: 'booked',
        account: { postedMinor: 12000n },
      });
      const sums =
        await postgres.sql`select book, sum(amount_minor)::text as sum from entries group by book order by book`;
      expect(sums.map((row) => ({ ...row }))).toEqual([
        { book: 'account', sum: '12000' },
        { book: 'adjustments', sum: '-2050' },
        { book: 'fees', sum: '50' },
        { book: 'funding', sum: '-10000' },
      ]);
      expect((await audits()).slice(-2)).toMatchObject([
        {
          actor: ME,
          verb: 'credit_account',
          subject: 'account:user:u_ada:USD',
          detail: { amount_minor: '2050', reason: 'goodwill', counterpart: 'adjustments' },
        },
        { actor: ME, verb: 'debit_account', detail: { amount_minor: '-50', reason: 'card fee', counterpart: 'fees' } },
      ]);
      expect(await broken()).toEqual([]);
    });

    test('the same key books once and returns the first result; with other content it is refused', async () => {
      await openAda('100.00');
      const credit = { ...USD, amount: '5.00', idempotencyKey: 'k1', reason: 'goodwill' };
      const all = await Promise.all(Array.from({ length: 10 }, () => creditAccount(postgres, credit, ME)));
      expect(all.map((one) => one.status).toSorted()).toEqual([
        'booked',
        ...Array.from({ length: 9 }, () => 'unchanged'),
      ]);
      expect(new Set(all.map((one) => ('ledgerTransactionId' in one ? one.ledgerTransactionId : ''))).size).toBe(1);
      for (const other of [
        { ...credit, amount: '5.01' },
        { ...credit, reason: 'another' },
        { ...credit, counterpart: 'disputes' as const },
      ]) {
        expect(await creditAccount(postgres, other, ME)).toMatchObject({ status: 'refused', code: 'key_reused' });
      }
      expect(await debitAccount(postgres, credit, ME)).toMatchObject({ status: 'refused', code: 'key_reused' });
      expect(await showAccount(postgres, USD)).toMatchObject({ account: { postedMinor: 10500n } });
    });

    test('*below zero*: a debit never takes more than is available, holds included, unless forced', async () => {
      await openAda('10.00');
      const [account] = await postgres.sql`select account_id from accounts`;
      await authorizeBatch(postgres.sql, [
        buildProposal({
          accountId: String(account?.['account_id']),
          request: { amountMinor: 400n, currency: 'USD', owner: ADA, cardToken: undefined },
        }),
      ]);
      const debit = { ...USD, amount: '6.01', idempotencyKey: 'k1', reason: 'correction' };
      expect(await debitAccount(postgres, debit, ME)).toMatchObject({
        status: 'refused',
        code: 'insufficient_funds',
        message: '6.01 USD is more than the 6.00 USD available',
      });
      expect(await debitAccount(postgres, { ...debit, force: true }, ME)).toMatchObject({
        status: 'booked',
        account: { availableMinor: -1n },
      });
      expect(await debitAccount(postgres, { ...debit, amount: '0.01', idempotencyKey: 'k2' }, ME)).toMatchObject({
        code: 'insufficient_funds',
      });
      expect(await broken()).toEqual([]);
      const negative = (await verifyLedger(postgres)).find((one) => one.name === 'negative_accounts_have_a_cause');
      expect(negative?.listed).toMatchObject([{ owner_token: 'u_ada', available_minor: -1, cause: 'forced debit' }]);
    });

    test.each([
      [{ amount: '0' }, 'amount is zero: there is nothing to book'],
      [{ amount: '-5' }, 'amount "-5" is negative'],
      [{ amount: '1.234' }, 'amount "1.234" has more decimals than USD (2)'],
      [{ amount: 'ten' }, 'amount "ten" is not a decimal number'],
      [{ currency: 'ABC' }, 'currency "ABC" is not one of ISO 4217'],
      [{ currency: 'EUR' }, 'user u_ada has no account in EUR'],
      [{ reason: ' ' }, 'a reason is needed'],
      [{ idempotencyKey: '' }, 'the idempotency key must be 1 to 255 characters'],
    ])('refuses to move %j', async (part, message) => {
      await openAda();
      const move = { ...USD, amount: '1.00', idempotencyKey: 'k', reason: 'why', ...part };
      expect(await creditAccount(postgres, move, ME)).toMatchObject({ status: 'refused', message });
      expect(await postgres.sql`select 1 from ledger_transactions`).toHaveLength(1);
    });

    test('*account states*: frozen takes credits and no debits; closing finishes once nothing is left', async () => {
      await openAda('10.00');
      const before = await ownerVersion(ADA.token);
      expect(await freezeAccount(postgres, USD, ME)).toMatchObject({ status: 'updated', account: { state: 'frozen' } });
      expect(await ownerVersion(ADA.token)).toBeGreaterThan(before);
      expect(await freezeAccount(postgres, USD, ME)).toMatchObject({ status: 'unchanged', changed: [] });
      const move = { ...USD, amount: '10.00', idempotencyKey: 'out', reason: 'pay out' };
      expect(await debitAccount(postgres, move, ME)).toMatchObject({ code: 'account_frozen' });
      expect(await creditAccount(postgres, { ...move, amount: '1', idempotencyKey: 'in' }, ME)).toMatchObject({
        status: 'booked',
      });
      expect(await unfreezeAccount(postgres, USD, ME)).toMatchObject({ account: { state: 'open' } });
      expect(await closeAccount(postgres, USD, ME)).toMatchObject({ status: 'updated', account: { state: 'closing' } });
      expect(await closeAccount(postgres, USD, ME)).toMatchObject({
        status: 'unchanged',
        account: { state: 'closing' },
      });
      expect(await freezeAccount(postgres, USD, ME)).toMatchObject({ status: 'refused', code: 'account_closing' });
      expect(await debitAccount(postgres, { ...move, amount: '11.00' }, ME)).toMatchObject({ status: 'booked' });
      expect(await closeAccount(postgres, USD, ME)).toMatchObject({ status: 'updated', account: { state: 'closed' } });
      expect(await creditAccount(postgres, { ...move, idempotencyKey: 'late' }, ME)).toMatchObject({
        code: 'account_closed',
      });
      expect(await openAccount(postgres, { user: ADA.token, currency: 'USD', state: 'open' }, ME)).toMatchObject({
        code: 'account_closed',
      });
      expect(await broken()).toEqual([]);
    });

    test('nothing closes while money is held or expected', async () => {
      await openAda('0');
      await postgres.sql`update accounts set pending_credit_minor = 1`;
      expect(await closeAccount(postgres, USD, ME)).toMatchObject({ account: { state: 'closing' } });
      await postgres.sql`update accounts set pending_credit_minor = 0, held_minor = 1`;
      expect(await closeAccount(postgres, USD, ME)).toMatchObject({ account: { state: 'closing' } });
      await postgres.sql`update accounts set held_minor = 0`;
      expect(await closeAccount(postgres, USD, ME)).toMatchObject({ account: { state: 'closed' } });
    });

    test('a credit line counts at once, and is not lowered below what is in use unless forced', async () => {
      await openAda('0');
      expect(await setCreditLine(postgres, { ...USD, creditLine: '50' }, ME)).toMatchObject({
        status: 'updated',
        account: { availableMinor: 5000n },
      });
      expect(await setCreditLine(postgres, { ...USD, creditLine: '50.00' }, ME)).toMatchObject({ status: 'unchanged' });
      await debitAccount(postgres, { ...USD, amount: '30', idempotencyKey: 'k', reason: 'use of the line' }, ME);
      expect(await setCreditLine(postgres, { ...USD, creditLine: '29.99' }, ME)).toMatchObject({
        code: 'insufficient_funds',
        message: 'the account would be 0.01 USD beyond that credit line',
      });
      expect(await setCreditLine(postgres, { ...USD, creditLine: '30' }, ME)).toMatchObject({ status: 'updated' });
      expect(await setCreditLine(postgres, { ...USD, creditLine: '20', force: true }, ME)).toMatchObject({
        account: { availableMinor: -1000n },
      });
      expect(await broken()).toEqual([]);
    });
  });

  test('a change decides the very next authorization: a proposal made on the old version is stale', async () => {
    await openAda('10.00');
    await putCard(postgres, { token: 'c_1', user: ADA.token }, ME);
    const [account] = await postgres.sql`select account_id from accounts`;
    const version = await cardVersion('c_1');
    const ask = (seen: number, token: string) =>
      authorizeBatch(postgres.sql, [
        buildProposal({
          accountId: String(account?.['account_id']),
          request: {
            amountMinor: 100n,
            currency: 'USD',
            owner: ADA,
            cardToken: 'c_1',
            transactionToken: token,
            messageToken: token,
          },
          versions: { card: { token: 'c_1', version: seen } },
        }),
      ]);
    expect(await ask(version, 't1')).toMatchObject([{ status: 'committed' }]);
    await blockCard(postgres, 'c_1', 'stolen', ME);
    expect(await ask(version, 't2')).toMatchObject([{ status: 'stale' }]);
    expect(await ask(await cardVersion('c_1'), 't2')).toMatchObject([{ status: 'committed' }]);
  });
});
