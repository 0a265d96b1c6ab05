import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { approval, buildProposal } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';
import { verifyLedger } from '../src/invariants.ts';
import { creditAccount } from '../src/operator/credit-account.ts';
import { openAccount } from '../src/operator/open-account.ts';
import { putLimit } from '../src/operator/put-limit.ts';
import { putOwner } from '../src/operator/put-owner.ts';
import { moveRelayCursor, pruneOutbox, readOutbox } from '../src/outbox.ts';
import { voidAuthorization } from '../src/voider.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const ME = 'operator@test';
const AT = Date.parse('2026-03-31T23:30:00Z');

const counters = (amountMinor: bigint, count: number) => [
  { limitId: 1, window: 'day', windowStart: '2026-03-31', amountMinor, count, maxCount: 100 } as const,
  { limitId: 2, window: 'month', windowStart: '2026-03-01', amountMinor, count, maxCount: 100 } as const,
];
const tokens = (token: string) => ({ transactionToken: token, messageToken: `m_${token}` });

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
      ledger_transactions, entries, outbox, relay_cursors, audit_records restart identity`;
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

  const broken = async () => (await verifyLedger(postgres)).filter((one) => !one.ok).map((one) => one.name);
  const found = async (name: string) => (await verifyLedger(postgres)).find((one) => one.name === name);

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
    ],
    [
      'pending_credit_equals_expected_credits',
      'delete from expected_credits',
      { account_id: 1, pending_credit_minor: 1000, expected_minor: 0 },
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
    const names = (await verifyLedger(postgres)).map((one) => one.name);
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
    const rows = await readOutbox(postgres, { xid: '0', seq: '0' }, 100);
    await moveRelayCursor(postgres, 'relay', rows.at(-1)?.position ?? { xid: '0', seq: '0' });
    await postgres.sql`update decisions set decided_at = decided_at - interval '1 day'`;
    await postgres.sql`update outbox set created_at = created_at - interval '1 day'`;
    expect(await pruneOutbox(postgres, 'relay', 3_600_000)).toBe(6);
    expect(await broken()).toEqual([]);
    await authorizeBatch(postgres.sql, [
      buildProposal({ request: tokens('t_7') }),
      buildProposal({ request: tokens('t_8') }),
    ]);
    expect(await broken()).toEqual([]);
    await postgres.sql`update outbox set created_at = created_at - interval '1 hour' where decision_id = (
      select decision_id from decisions where transaction_token = 't_7')`;
    await postgres.sql`delete from outbox where decision_id = (select decision_id from decisions where transaction_token = 't_8')`;
    expect(await broken()).toEqual(['decisions_have_their_outbox_row']);
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
