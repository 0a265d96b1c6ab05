import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { approval, buildProposal } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';
import { verifyLedger } from '../src/invariants.ts';
import type { ArchivedRecord } from '../src/invariants/webhooks.ts';
import { creditAccount } from '../src/operator/credit-account.ts';
import { openAccount } from '../src/operator/open-account.ts';
import { putLimit } from '../src/operator/put-limit.ts';
import { putOwner } from '../src/operator/put-owner.ts';
import { moveRelayCursor, pruneOutbox } from '../src/outbox.ts';
import { voidAuthorization } from '../src/voider.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sealAll } from './seal-under-test.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const ME = 'operator@test';
const AT = Date.parse('2026-03-31T23:30:00Z');

const counters = (amountMinor: bigint, count: number) => [
  { limitId: 1, window: 'day', windowStart: '2026-03-31', amountMinor, count, maxCount: 100 } as const,
  { limitId: 2, window: 'month', windowStart: '2026-03-01', amountMinor, count, maxCount: 100 } as const,
];
const tokens = (token: string) => ({ transactionToken: token, messageToken: `m_${token}` });

const chain = (token: string, accountId = 1, closed = false) =>
  `insert into chains (chain_token, currency, account_id, closed) values ('${token}', 'EUR', ${accountId}, ${closed});`;
const record = (token: string, effect: string, chainToken = token, amountMinor = 1000) =>
  `insert into records (chain_token, transaction_token, digest, type, state, effect, outcome, stand_in, amount_minor, currency, created_at, content)
    values ('${chainToken}', '${token}', gen_random_uuid(), '${effect}', 'PENDING', '${effect}', 'approved', false, ${amountMinor}, 'EUR', now(),
      '{"dispute":{"caseToken":"case-1"}}');`;
/** Booked by a record, and balanced. */
const booking = (token: string, book: string, amountMinor: number, accountId = 1) =>
  `with t as (insert into ledger_transactions (account_id, idempotency_key, kind, transaction_token)
      values (${accountId}, 'record ${book} ' || gen_random_uuid(), 'x', '${token}') returning ledger_transaction_id)
    insert into entries (account_id, ledger_transaction_id, entry_number, book, amount_minor, currency)
      select ${accountId}, ledger_transaction_id, n, case n when 1 then 'account' else '${book}' end, case n when 1 then ${amountMinor} else -(${amountMinor}) end, 'EUR'
        from t, generate_series(1, 2) n;
   update accounts set posted_minor = posted_minor + (${amountMinor}) where account_id = ${accountId};`;

function recordOf(element: string): ArchivedRecord | undefined {
  const { token, type, state } = JSON.parse(element) as { token: string; type: string; state: string };
  return type === 'leg' ? undefined : { transactionToken: token, type, state };
}

const archived = (id: string, element: object, key = 'transactions') =>
  `insert into archive_messages (id, transaction_token, occurred_at, content)
    values ('${id}', 't_w', now(), '${JSON.stringify({ key, element: JSON.stringify(element) })}');`;

describe.skipIf(serverUrl === undefined)('the invariants of the ledger', () => {
  let database: TestDatabase;
  let postgres: Postgres;

  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.postgres;
    // Tampering needs a hand that can do what no code of ours may.
    await postgres.sql`alter table entries disable trigger user`;
    await postgres.sql`alter table ledger_transactions disable trigger user`;
    await postgres.sql`drop index decisions_message_token`;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await postgres.sql`truncate owners, cards, limits, accounts, decisions, holds, expected_credits, counters,
      ledger_transactions, entries, outbox, relay_cursors, audit_records, records, chains, chain_links, chain_counts,
      record_exceptions, refolds, stored_webhooks, archive_messages restart identity`;
    await putOwner(postgres, 'user', { token: 'u_1' }, ME);
    await openAccount(postgres, { user: 'u_1', currency: 'EUR', opening_balance: '100.00' }, ME);
    await creditAccount(
      postgres,
      { owner: { kind: 'user', token: 'u_1' }, currency: 'EUR', amount: '1', idempotencyKey: 'k', reason: 'r' },
      ME,
    );
    for (const window of ['day', 'month'] as const) {
      await putLimit(postgres, { token: `l_${window}`, user: 'u_1', currency: 'EUR', window, max_count: 100 }, ME);
    }
    await runSomeTraffic();
  });

  /** Two approvals, an increment, a credit, a decline for lack of funds and one by decision. */
  async function runSomeTraffic(): Promise<void> {
    const base = { countedAtMs: AT };
    await authorizeBatch(postgres.sql, [
      buildProposal({ ...base, decision: approval({ counters: counters(1000n, 1) }), request: tokens('t_1') }),
      buildProposal({
        ...base,
        decision: approval({ counters: counters(1000n, 1) }),
        request: tokens('t_2'),
        attemptId: '7',
      }),
      buildProposal({
        ...base,
        chainToken: 't_1',
        decision: approval({ counters: counters(500n, 0) }),
        request: { ...tokens('t_3'), kind: 'increment', amountMinor: 500n },
      }),
      buildProposal({
        decision: approval({ effect: 'expected_credit' }),
        request: { ...tokens('t_4'), kind: 'credit' },
      }),
      buildProposal({ request: { ...tokens('t_5'), amountMinor: 999_999n } }),
      buildProposal({ decision: { outcome: 'decline', reason: 'card_lost' }, request: tokens('t_6') }),
    ]);
  }

  /** Without a look at which transactions are open on a server that others use, too. */
  async function publishAll(): Promise<void> {
    const [last] = await postgres.sql<{ xid: string; seq: string }[]>`
      select xid::text as xid, seq::text as seq from outbox order by outbox.xid desc, outbox.seq desc limit 1`;
    await moveRelayCursor(postgres, 'relay', last ?? { xid: '0', seq: '0' });
  }

  /** Every archived element that says so is a record that the ledger must know. */
  const verify = () => verifyLedger(postgres, { webhooks: { queuesAreHere: true, recordOf } });

  const broken = async () => (await verify()).filter((one) => !one.ok).map((one) => one.name);
  const found = async (name: string) => (await verify()).find((one) => one.name === name);

  test('hold after ordinary traffic', async () => {
    expect(await broken()).toEqual([]);
    expect(await postgres.sql`select 1 from decisions where approved`).toHaveLength(4);
    expect(await postgres.sql`select 1 from counters`).toHaveLength(2);
  });

  test('hold after an approval was voided, which only the arrival that made it may ask for', async () => {
    expect(await voidAuthorization(postgres, 'm_t_2', '8')).toBe('answered');
    expect(await voidAuthorization(postgres, 'm_t_2', '7')).toBe('voided');
    expect(await voidAuthorization(postgres, 'm_t_2', '7')).toBe('declined');
    expect(await voidAuthorization(postgres, 'm_nobody', '7')).toBe('absent');
    expect(await broken()).toEqual([]);
  });

  test('each names a rule', async () => {
    for (const { rule, name } of await verifyLedger(postgres)) expect([name, rule]).not.toContain('');
  });

  type Tampered = readonly [name: string, statement: string, row: object, also?: readonly string[]];
  const TAMPERED: readonly Tampered[] = [
    [
      'ledger_transactions_balance',
      "update entries set amount_minor = amount_minor + 1 where book = 'funding'",
      { ledger_transaction_id: 1, kind: 'opening_balance', entries_minor: 1 },
      ['entries_balance_in_total'],
    ],
    [
      'ledger_transactions_balance',
      "insert into ledger_transactions (account_id, idempotency_key, kind) values (1, 'x', 'capture')",
      { kind: 'capture', entries: 0 },
    ],
    [
      'ledger_transactions_balance',
      "insert into ledger_transactions (account_id, idempotency_key, kind) values (1, 'x', 'capture'); insert into entries values (1, lastval(), 1, 'account', 0, 'EUR')",
      { kind: 'capture', entries: 1 },
    ],
    [
      'entries_balance_in_total',
      "update entries set currency = 'USD' where book = 'funding'",
      { currency: 'EUR', amount_minor: 10000 },
      ['ledger_transactions_balance'],
    ],
    [
      'entries_belong_to_a_ledger_transaction',
      "insert into entries values (1, 99, 1, 'account', 0, 'EUR')",
      { account_id: 1, ledger_transaction_id: 99 },
    ],
    [
      'posted_equals_entries',
      'update accounts set posted_minor = posted_minor + 1',
      { account_id: 1, posted_minor: 10101, entries_minor: 10100 },
    ],
    [
      'held_equals_holds',
      'update accounts set held_minor = held_minor - 1',
      { account_id: 1, held_minor: 2499, holds_minor: 2500 },
    ],
    [
      'held_equals_holds',
      "insert into holds (account_id, chain_token, amount_minor, message_class, counted_at) values (7, 'x', 3, 'dual', now())",
      { account_id: 7, held_minor: 0, holds_minor: 3 },
      ['holds_have_their_authorization'],
    ],
    [
      'holds_have_their_authorization',
      "insert into holds (account_id, chain_token, amount_minor, message_class, counted_at) values (1, 'x', 3, 'dual', now()); update accounts set held_minor = held_minor + 3",
      { kind: 'hold', token: 'x', amount_minor: 3 },
    ],
    [
      'holds_have_their_authorization',
      "insert into expected_credits (account_id, transaction_token, amount_minor, kind) values (1, 'x', 3, 'credit'); update accounts set pending_credit_minor = pending_credit_minor + 3",
      { kind: 'expected_credit', token: 'x', amount_minor: 3 },
    ],
    [
      'pending_credit_equals_expected_credits',
      'delete from expected_credits',
      { account_id: 1, pending_credit_minor: 1000, expected_minor: 0 },
      ['approvals_are_confirmed_released_or_open'],
    ],
    [
      'counters_equal_what_they_count',
      'update counters set amount_minor = amount_minor + 1 where limit_id = 1',
      { limit_id: 1, window_start: '2026-03-31', counter_minor: 2501, taken_minor: 2500 },
    ],
    [
      'counters_equal_what_they_count',
      'update counters set count = count - 1 where limit_id = 2',
      { limit_id: 2, window_start: '2026-03-01', counter_count: 1, taken_count: 2 },
    ],
    [
      'counters_equal_what_they_count',
      "update counters set window_start = '2026-04-01' where limit_id = 1",
      { limit_id: 1, window_start: '2026-03-31', counter_minor: 0 },
    ],
    [
      'decisions_have_their_outbox_row',
      "delete from outbox where decision_id = (select decision_id from decisions where transaction_token = 't_6')",
      { transaction_token: 't_6', approved: false },
    ],
    [
      'outbox_rows_have_their_decision',
      "insert into outbox (account_id, decision_id, record) values (1, 999, '{}')",
      { decision_id: 999 },
    ],
    [
      'tokens_are_stored_once',
      "insert into decisions (account_id, message_token, transaction_token, fingerprint, method, kind, approved, reason, effect, amount_minor, currency, chain_token, counted_at) select account_id, message_token, 't_other', fingerprint, method, kind, approved, reason, effect, amount_minor, currency, 't_other', counted_at from decisions where transaction_token = 't_6'; insert into outbox (account_id, decision_id, record) select account_id, decision_id, '{}' from decisions where transaction_token = 't_other'",
      { key: 'message_token', token: 'm_t_6', times: 2 },
    ],
    [
      'declines_have_no_effect',
      "update decisions set limit_ids = '{1}' where transaction_token = 't_6'",
      { kind: 'decision', transaction_token: 't_6' },
    ],
    [
      'declines_have_no_effect',
      "insert into holds (account_id, chain_token, amount_minor, message_class, counted_at) values (1, 't_5', 1, 'dual', now()); update accounts set held_minor = held_minor + 1",
      { kind: 'hold', transaction_token: 't_5' },
    ],
    [
      'declines_have_no_effect',
      "insert into expected_credits (account_id, transaction_token, amount_minor, kind) values (1, 't_6', 1, 'credit'); update accounts set pending_credit_minor = pending_credit_minor + 1",
      { kind: 'expected_credit', transaction_token: 't_6' },
    ],
    [
      'negative_accounts_have_a_cause',
      "update accounts set posted_minor = -1; update entries set amount_minor = case book when 'account' then -1 else 1 end where ledger_transaction_id = 1; delete from entries where ledger_transaction_id = 2; delete from ledger_transactions where ledger_transaction_id = 2",
      { account_id: 1, owner_token: 'u_1', available_minor: -2501 },
    ],
    [
      'outbox_rows_are_published',
      "insert into relay_cursors (name, xid, seq) values ('relay', '0', 0); update outbox set created_at = now() - interval '16 minutes' where decision_id = (select decision_id from decisions where transaction_token = 't_6')",
      { account_id: 1 },
    ],
    [
      'approvals_are_confirmed_released_or_open',
      "delete from holds where chain_token = 't_2'; update accounts set held_minor = held_minor - 1000",
      { transaction_token: 't_2', effect: 'hold', amount_minor: 1000 },
    ],
    [
      'approvals_are_confirmed_released_or_open',
      `delete from holds where chain_token = 't_2'; update accounts set held_minor = held_minor - 1000; ${chain('t_2')} ${record('t_2', 'increment')}
        insert into chain_links (link, chain_token, currency) values ('t:EUR:t_2', 't_2', 'EUR')`,
      { transaction_token: 't_2' },
    ],
    ['records_and_chains_belong_together', record('r_1', 'hold'), { kind: 'record', token: 'r_1' }],
    [
      'records_and_chains_belong_together',
      "insert into chain_links (link, chain_token, currency) values ('t:EUR:r_1', 'r_1', 'EUR')",
      { kind: 'link', token: 't:EUR:r_1' },
    ],
    [
      'records_and_chains_belong_together',
      "insert into record_exceptions (chain_token, transaction_token, reason, account_id, amount_minor, currency) values ('r_1', 'r_2', 'missing_parent', 1, 5, 'EUR')",
      { kind: 'exception', token: 'r_2' },
    ],
    ['records_and_chains_belong_together', chain('r_1'), { kind: 'chain without records', token: 'r_1' }],
    [
      'bookings_have_their_record',
      booking('r_1', 'settlement', -5),
      { account_id: 1, transaction_token: 'r_1', kind: 'x' },
    ],
    [
      'chains_book_to_their_account',
      `${chain('t_2', 9)} ${record('t_2', 'hold')}`,
      { kind: 'held elsewhere', account_id: 1, chain_account_id: 9, chain_token: 't_2', amount_minor: 1000 },
    ],
    [
      'chains_book_to_their_account',
      `${chain('t_2', 1, true)} ${record('t_2', 'hold')}`,
      { kind: 'held and closed', account_id: 1, chain_token: 't_2' },
    ],
    [
      'chains_book_to_their_account',
      `${chain('r_1', 9)} ${record('r_1', 'clearing')} ${booking('r_1', 'settlement', -5)}`,
      { kind: 'booked elsewhere', account_id: 1, chain_account_id: 9, chain_token: 'r_1', amount_minor: -5 },
    ],
    [
      'dispute_credits_stay_within_their_case',
      `${chain('r_1')} ${record('r_1', 'dispute_chargeback')} ${booking('r_1', 'disputes', 1001)}`,
      { chain_token: 'r_1', case_token: 'case-1', credited_minor: 1001, disputed_minor: 1000 },
    ],
    [
      'dispute_credits_stay_within_their_case',
      `${chain('r_1')} ${record('r_1', 'dispute_chargeback')} ${record('r_2', 'dispute_take_back', 'r_1')}
        ${booking('r_1', 'disputes', 1000)} ${booking('r_2', 'disputes', -1001)}`,
      { chain_token: 'r_1', credited_minor: -1, disputed_minor: 1000 },
    ],
    [
      'accepted_webhooks_are_applied',
      archived('w-1', { token: 't_w', type: 'hold', state: 'CLEARED' }) + chain('t_w') + record('t_w', 'hold'),
      { kind: 'archived and not applied', message_id: 'w-1', transaction_token: 't_w', state: 'CLEARED' },
    ],
    ['closed_accounts_hold_nothing', "update accounts set state = 'closed'", { account_id: 1, held_minor: 2500 }],
  ];

  test.each(TAMPERED.map(([name, statement, row, also = []]) => ({ name, statement, row, also })))(
    '$name is red after: $statement',
    async ({ name, statement, row, also }) => {
      await postgres.sql.unsafe(statement).simple();
      const invariant = await found(name);
      expect(invariant?.violations[0]).toMatchObject(row);
      expect(invariant?.violationCount).toBe(invariant?.violations.length);
      expect((await broken()).toSorted()).toEqual([name, ...also].toSorted());
    },
  );

  test('every invariant has a test that breaks it', async () => {
    const names = (await verify()).map((one) => one.name);
    expect(names.filter((name) => !TAMPERED.some(([tampered]) => tampered === name))).toEqual([]);
  });

  test('shows 20 violations and counts them all', async () => {
    await postgres.sql`insert into outbox (account_id, decision_id, record) select 1, 1000 + n, '{}' from generate_series(1, 30) n`;
    const invariant = await found('outbox_rows_have_their_decision');
    expect([invariant?.violationCount, invariant?.violations.length]).toEqual([30, 20]);
  });

  test('*Counters*: what a lifted limit had counted is of no consequence', async () => {
    await postgres.sql`update counters set amount_minor = 7 where limit_id = 1`;
    expect(await broken()).toEqual(['counters_equal_what_they_count']);
    await putLimit(postgres, { token: 'l_day', user: 'u_1', currency: 'EUR', window: 'day' }, ME);
    expect(await broken()).toEqual([]);
  });

  test('outbox rows that the relay published and removed are not missed; those after them are', async () => {
    await publishAll();
    await postgres.sql`update decisions set decided_at = decided_at - interval '1 day'`;
    await postgres.sql`update outbox set created_at = created_at - interval '1 day'`;
    await sealAll(postgres);
    expect(await pruneOutbox(postgres, 'relay', 3_600_000)).toBe(6);
    expect(await broken()).toEqual([]);
    await authorizeBatch(postgres.sql, [
      buildProposal({ request: tokens('t_7') }),
      buildProposal({ request: tokens('t_8') }),
    ]);
    expect(await broken()).toEqual([]);
    await postgres.sql`update outbox set created_at = created_at - interval '1 hour' where decision_id = (
      select decision_id from decisions where transaction_token = 't_7')`;
    await publishAll();
    await postgres.sql`delete from outbox where decision_id = (select decision_id from decisions where transaction_token = 't_8')`;
    expect(await broken()).toEqual(['decisions_have_their_outbox_row']);
  });

  test('*doubt*: open approvals that nobody has confirmed are listed by age', async () => {
    await postgres.sql`update decisions set decided_at = now() - interval '2 hours' where transaction_token in ('t_3', 't_4')`;
    await postgres.sql`update decisions set decided_at = now() - interval '2 days' where transaction_token = 't_2'`;
    const { listed } = (await found('approvals_are_confirmed_released_or_open')) ?? {};
    expect(listed).toMatchObject([
      { age: '5: a day or more', currency: 'EUR', approvals: 1, amount_minor: 1000, oldest_transaction_token: 't_2' },
      { age: '4: under a day', approvals: 2, amount_minor: 1500 },
    ]);
    await postgres.sql`update decisions set confirmed = true where approved`;
    expect(await found('approvals_are_confirmed_released_or_open')).toMatchObject({ ok: true, listed: [] });
  });

  test('what waits is listed: rows that no relay has published, and chains to fold', async () => {
    await postgres.sql`update outbox set created_at = now() - interval '1 hour'`;
    await postgres.sql`insert into refolds (chain_token, currency, requested_at) values ('t_1', 'EUR', now() - interval '1 hour')`;
    expect(await found('outbox_rows_are_published')).toMatchObject({ ok: true, listed: [{ unpublished: 6 }] });
    expect(await found('chains_book_to_their_account')).toMatchObject({
      ok: true,
      listed: [{ kind: 'waits to be folded', chain_token: 't_1' }],
    });
  });

  test('looks at one moment of a ledger that keeps moving', async () => {
    const writing = (async () => {
      for (let n = 0; n < 40; n++) {
        await authorizeBatch(postgres.sql, [
          buildProposal({
            countedAtMs: AT,
            decision: approval({ counters: counters(1n, 1) }),
            request: { ...tokens(`t_w${n}`), amountMinor: 1n },
          }),
        ]);
      }
    })();
    for (let n = 0; n < 4; n++) expect(await broken()).toEqual([]);
    await writing;
    expect(await broken()).toEqual([]);
  });
});
