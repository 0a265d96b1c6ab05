import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { buildProposal, buildRecord } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';
import { createFactSource } from '../src/fact-source.ts';
import { verifyLedger } from '../src/invariants.ts';
import { closeAccount } from '../src/operator/close-account.ts';
import { importRecords, type ImportOptions, type ImportSource } from '../src/operator/import/import-records.ts';
import { ndjsonFile } from '../src/operator/import/ndjson-file.ts';
import type { ChangedFact } from '../src/operator/outcome.ts';
import { putCard } from '../src/operator/put-card.ts';
import { showAccount } from '../src/operator/show-account.ts';
import { createRecordLedger } from '../src/records/record-ledger.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** One of each, with what refers to something before the thing itself. */
const PROGRAMME = [
  {
    type: 'authorization',
    transaction_token: 't_open',
    message_token: 'm_open',
    user: 'u_1',
    card: 'c_1',
    currency: 'USD',
    amount_left: '12.00',
    expires_at: '2026-12-01T00:00:00Z',
    occurred_at: '2026-11-24T10:00:00Z',
  },
  { type: 'limit', token: 'l_1', card: 'c_1', currency: 'USD', window: 'day', max_amount: '500.00', max_count: 20 },
  {
    type: 'limit',
    token: 'l_2',
    account: { user: 'u_1', currency: 'USD' },
    currency: 'USD',
    window: 'month',
    max_amount: '900',
  },
  { type: 'limit', token: 'l_3', business: 'b_1', currency: 'EUR', window: 'transaction', max_amount: '0' },
  {
    type: 'card',
    token: 'c_1',
    user: 'u_1',
    state: 'active',
    block: 'lost',
    expires: '2029-12',
    blocked_categories: ['7995'],
  },
  { type: 'account', user: 'u_1', currency: 'USD', opening_balance: '100.00', credit_line: '5.00', state: 'open' },
  { type: 'account', business: 'b_1', currency: 'EUR' },
  { type: 'user', token: 'u_1', state: 'active', blocked: false, blocked_categories: [] },
  { type: 'business', token: 'b_1' },
];

const source =
  (records: readonly unknown[]): ImportSource =>
  () =>
    records.map((content, index) => ({ line: index + 1, content }));

describe.skipIf(serverUrl === undefined)('import', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  let folder: string;

  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.postgres;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freeway-import-'));
    await postgres.sql`truncate owners, cards, limits, accounts, decisions, holds, expected_credits, counters,
      ledger_transactions, entries, outbox, audit_records restart identity`;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (records: readonly unknown[] | ImportSource, options: Partial<ImportOptions> = {}) =>
    importRecords(postgres, typeof records === 'function' ? records : source(records), {
      actor: 'operator@test',
      source: 'programme.ndjson',
      ...options,
    });
  const versions = () => postgres.sql`select version from owners union all select version from cards order by 1`;
  const broken = async () => (await verifyLedger(postgres)).filter((one) => !one.ok);
  const rowCount = async () => {
    const [row] = await postgres.sql`
      select (select count(*) from owners) + (select count(*) from accounts) + (select count(*) from cards) + (select count(*) from limits)
           + (select count(*) from decisions) + (select count(*) from entries) + (select count(*) from audit_records) as rows`;
    return Number(row?.['rows']);
  };

  test('brings a whole programme, in any order of lines, and the invariants hold', async () => {
    const changed: ChangedFact[] = [];
    const outcome = await run(PROGRAMME, { onChanged: (facts) => changed.push(...facts) });
    expect(outcome).toMatchObject({
      status: 'applied',
      lines: 9,
      counts: {
        user: { created: 1 },
        business: { created: 1 },
        account: { created: 2 },
        card: { created: 1 },
        limit: { created: 3 },
        authorization: { created: 1 },
      },
    });
    const facts = createFactSource(postgres);
    expect(await facts.card('c_1')).toMatchObject({ block: 'lost', expiresAtMs: Date.parse('2030-01-01T00:00:00Z') });
    expect((await facts.owner({ kind: 'user', token: 'u_1' }))?.limits).toMatchObject([{ token: 'l_2' }]);
    expect((await facts.card('c_1'))?.limits).toMatchObject([{ token: 'l_1', maxAmountMinor: '50000', maxCount: 20 }]);
    expect(changed).toContainEqual({ kind: 'card', key: 'c_1' });
    expect(changed).toContainEqual({ kind: 'owner', key: 'business:b_1' });
    expect(await broken()).toEqual([]);
  });

  test('*chain home*: what follows an open authorization finds its chain, its hold and its account', async () => {
    await run(PROGRAMME);
    const chain = {
      chainToken: 't_open',
      owner: { kind: 'user', token: 'u_1' },
      countedAtMs: Date.parse('2026-11-24T10:00:00Z'),
    };
    const facts = createFactSource(postgres);
    const found = await facts.chain({ transactionToken: 't_open' });
    expect(found).toMatchObject(chain);
    expect(await facts.chain({ messageToken: 'm_open' })).toEqual(found);
    const account = { owner: { kind: 'user', token: 'u_1' }, currency: 'USD' } as const;
    expect(await showAccount(postgres, account)).toMatchObject({
      account: { postedMinor: 10000n, heldMinor: 1200n, availableMinor: 9300n },
      holds: [
        { chainToken: 't_open', amountMinor: 1200n, confirmed: true, expiresAt: new Date('2026-12-01T00:00:00Z') },
      ],
    });
    await authorizeBatch(postgres.sql, [
      buildProposal({
        accountId: found?.accountId,
        chainToken: 't_open',
        request: {
          kind: 'increment',
          transactionToken: 't_more',
          messageToken: 'm_more',
          amountMinor: 300n,
          currency: 'USD',
        },
      }),
    ]);
    expect(await showAccount(postgres, account)).toMatchObject({
      holds: [{ chainToken: 't_open', amountMinor: 1500n }],
      holdCount: 1,
    });
    expect(await broken()).toEqual([]);
  });

  test('a rerun changes nothing: no version, no booking, no audit', async () => {
    await run(PROGRAMME);
    const [before, rows] = [await versions(), await rowCount()];
    const changed: ChangedFact[] = [];
    const outcome = await run(PROGRAMME, { onChanged: (facts) => changed.push(...facts) });
    expect(outcome).toMatchObject({
      status: 'applied',
      counts: {
        user: { created: 0, unchanged: 1 },
        account: { created: 0, unchanged: 2 },
        limit: { created: 0, updated: 0, unchanged: 3 },
        authorization: { created: 0, unchanged: 1 },
      },
    });
    expect(await versions()).toEqual(before);
    expect(await rowCount()).toBe(rows);
    expect(changed).toEqual([]);
  });

  test('a run that was cut short is continued by running the file again', async () => {
    const crash = new Error('power cut');
    const first = run(PROGRAMME, {
      onProgress: ({ phase, done }) => {
        if (phase === 'write' && done >= 4) throw crash;
      },
    });
    await expect(first).rejects.toBe(crash);
    expect(await rowCount()).toBeGreaterThan(0);
    expect(await run(PROGRAMME)).toMatchObject({
      status: 'applied',
      counts: {
        user: { unchanged: 1 },
        account: { unchanged: 2 },
        card: { created: 1 },
        authorization: { created: 1 },
      },
    });
    expect(await broken()).toEqual([]);
  });

  test('a dry run tells what a run would do and does nothing', async () => {
    const dry = await run(PROGRAMME, { dryRun: true });
    expect(await rowCount()).toBe(0);
    const real = await run(PROGRAMME);
    expect(dry.status).toBe('dry_run');
    expect(dry.counts).toEqual(real.counts);
    const changes = [
      { type: 'card', token: 'c_1', block: null },
      { type: 'limit', token: 'l_1', card: 'c_1', currency: 'USD', window: 'day' },
      { type: 'account', user: 'u_1', currency: 'USD', credit_line: '6' },
    ];
    const rows = await rowCount();
    expect(await run(changes, { dryRun: true })).toMatchObject({
      counts: { card: { updated: 1 }, limit: { lifted: 1 }, account: { updated: 1 } },
    });
    expect(await rowCount()).toBe(rows);
    expect(await run(changes)).toMatchObject({
      counts: { card: { updated: 1 }, limit: { lifted: 1 }, account: { updated: 1 } },
    });
  });

  test('nothing is applied while any line is faulty, and every faulty line is named', async () => {
    const path = join(folder, 'programme.ndjson');
    const lines = [
      '{"type":"user","token":"u_1"}',
      '',
      'not json',
      '[]',
      '{"type":"uzer","token":"u_2"}',
      '{"type":"user","token":"u_1","state":"active"}',
      '{"type":"account","user":"u_1","currency":"USD","opening_balance":100}',
      '{"type":"account","user":"u_1","currency":"USD","opening_balance":"1.234","state":"gone"}',
      '{"type":"account","user":"u_none","currency":"USD"}',
      '{"type":"card","token":"c_1","user":"u_1","expiry":"2029-12"}',
      '{"type":"card","token":"c_2","business":"b_none"}',
      '{"type":"limit","token":"l_1","card":"c_none","currency":"USD","window":"day","max_count":1}',
      '{"type":"limit","token":"l_2","account":{"user":"u_1","currency":"EUR"},"currency":"USD","window":"day","max_count":1}',
      '{"type":"authorization","transaction_token":"t","user":"u_1","currency":"JPY","amount_left":"1","occurred_at":"2026-01-01T00:00:00Z"}',
      '{"type":"authorization","transaction_token":"t","user":"u_1","currency":"USD","amount_left":"0","occurred_at":"yesterday"}',
      '{"type":"account","user":"u_1","currency":"CHF","state":"closed","opening_balance":"5"}',
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    const outcome = await run(ndjsonFile(path));
    expect(outcome).toMatchObject({ status: 'refused', lines: 15, faultCount: 14 });
    expect('faults' in outcome ? outcome.faults : []).toEqual([
      { line: 3, message: 'is not a JSON object' },
      { line: 4, message: 'is not a JSON object' },
      { line: 5, message: 'type must be one of user, business, account, card, limit, authorization' },
      { line: 6, message: 'repeats user u_1 of line 1' },
      { line: 7, message: 'opening_balance must be a text' },
      {
        line: 8,
        message:
          'state must be one of open, frozen, closing, closed, not "gone"; opening_balance "1.234" has more decimals than USD (2)',
      },
      { line: 9, message: 'there is no user u_none' },
      { line: 10, message: 'unknown member "expiry"' },
      { line: 11, message: 'there is no business b_none' },
      { line: 12, message: 'there is no card c_none' },
      { line: 13, message: "account: its currency is not the limit's, USD" },
      { line: 14, message: 'user u_1 has no account in JPY' },
      {
        line: 15,
        message:
          'occurred_at must be a time such as 2026-12-01T00:00:00Z, not "yesterday"; amount_left is zero: there is nothing left to hold',
      },
      { line: 16, message: 'a closed account has no opening_balance' },
    ]);
    expect(await rowCount()).toBe(0);
  });

  test('of many faulty lines the first 50 are shown and all are counted', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => ({ type: 'card', token: `c_${index}`, user: 'u_none' }));
    const outcome = await run([...lines, 'nonsense']);
    expect(outcome).toMatchObject({ status: 'refused', faultCount: 501 });
    expect('faults' in outcome ? outcome.faults.map((fault) => fault.line) : []).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
  });

  test('what the database knows otherwise is a faulty line', async () => {
    await run(PROGRAMME);
    await authorizeBatch(postgres.sql, [
      buildProposal({
        accountId: '1',
        request: { transactionToken: 't_live', messageToken: 'm_live', currency: 'USD', amountMinor: 100n },
      }),
    ]);
    await closeAccount(postgres, { owner: { kind: 'business', token: 'b_1' }, currency: 'EUR' }, 'operator@test');
    const open = PROGRAMME[0];
    const outcome = await run([
      { ...open, amount_left: '13.00' },
      { ...open, transaction_token: 't_live', message_token: 'm_other' },
      { ...open, transaction_token: 't_new', message_token: 'm_live' },
      { type: 'account', user: 'u_1', currency: 'USD', opening_balance: '99.00' },
      { type: 'account', business: 'b_1', currency: 'EUR', state: 'open' },
      { type: 'limit', token: 'l_1', card: 'c_1', currency: 'USD', window: 'month', max_count: 1 },
      { ...open, transaction_token: 't_b', message_token: 'm_b', user: undefined, business: 'b_1', currency: 'EUR' },
      { type: 'user', token: 'u_fine' },
    ]);
    expect('faults' in outcome ? outcome.faults : []).toEqual([
      { line: 1, message: 'transaction t_open or its message was imported before with other content (amount 12.00)' },
      { line: 2, message: 'transaction t_live or its message was decided by the gateway (amount 1.00)' },
      { line: 3, message: 'transaction t_new or its message was decided by the gateway (amount 1.00)' },
      {
        line: 4,
        message: 'the account was opened with 100.00 USD: an opening balance never changes, credit or debit it',
      },
      { line: 5, message: 'the account is closed: it cannot become open again' },
      { line: 6, message: 'limit l_1 has another window (day), which cannot change' },
      { line: 7, message: 'the account is closed: nothing can be held in it' },
    ]);
  });

  test('nothing can be held in an account that the same file closes', async () => {
    const outcome = await run([
      { type: 'user', token: 'u_1' },
      { type: 'account', user: 'u_1', currency: 'USD', state: 'closed' },
      { ...PROGRAMME[0], card: undefined },
    ]);
    expect(outcome).toMatchObject({
      status: 'refused',
      faults: [{ line: 3, message: 'the account is closed: nothing can be held in it' }],
    });
  });

  test('a database that changed between check and write stops the import', async () => {
    await putCard(postgres, { token: 'c_2' }, 'operator@test');
    let reads = 0;
    const limit = { type: 'limit', token: 'l_2', card: 'c_2', currency: 'USD', window: 'day', max_count: 1 };
    const lines: ImportSource = async function* changing() {
      // Read, checked, and then read once more to be written.
      if (++reads === 3) await postgres.sql`delete from cards where token = 'c_2'`;
      yield { line: 1, content: limit };
    };
    expect(await run(lines)).toMatchObject({
      status: 'refused',
      faults: [{ line: 1, message: 'there is no card c_2' }],
    });
    expect(await postgres.sql`select 1 from limits`).toHaveLength(0);
  });

  test('audits each record with its actor, and the file that it came from', async () => {
    await run(PROGRAMME);
    const audits =
      await postgres.sql`select distinct actor, verb, detail ->> 'source' as source from audit_records order by verb`;
    expect(audits.map((row) => [row['actor'], row['verb'], row['source']])).toEqual(
      ['account', 'authorization', 'business', 'card', 'limit', 'user'].map((type) => [
        'operator@test',
        `import_${type}`,
        'programme.ndjson',
      ]),
    );
  });

  test('*chains are folds*: what records leave of an imported hold lapses when the operator said', async () => {
    await run(PROGRAMME);
    const links = { parentTransactionTokens: ['t_open'], parentMessageTokens: [] };
    const clearing = { isFinal: false };
    await createRecordLedger(postgres, { policy: DEFAULT_CHAIN_POLICY }).applyRecords([
      buildRecord({
        transactionToken: 't_part',
        effect: 'clearing',
        amountMinor: 500n,
        currency: 'USD',
        links,
        clearing,
      }),
    ]);
    expect(await showAccount(postgres, { owner: { kind: 'user', token: 'u_1' }, currency: 'USD' })).toMatchObject({
      account: { postedMinor: 9500n, heldMinor: 700n },
      holds: [{ chainToken: 't_open', amountMinor: 700n, expiresAt: new Date('2026-12-01T00:00:00Z') }],
    });
    expect(await broken()).toEqual([]);
  });

  test('an imported authorization is told to the outbox like a decision', async () => {
    await run(PROGRAMME);
    const [row] =
      await postgres.sql`select o.record::jsonb as record, d.method, d.fingerprint from outbox o join decisions d using (account_id, decision_id)`;
    expect(row?.['method']).toBe('imported');
    expect(row?.['fingerprint']).toBe('00000000-0000-0000-0000-000000000000');
    expect(row?.['record']).toMatchObject({
      source: 'import',
      transaction_token: 't_open',
      amount_minor: '1200',
      currency: 'USD',
    });
  });

  test('more lines than one batch arrive whole', async () => {
    const users = Array.from({ length: 6000 }, (_, i) => ({ type: 'user', token: `u_${i}` }));
    const accounts = users.map(({ token }) => ({
      type: 'account',
      user: token,
      currency: 'USD',
      opening_balance: '1.00',
    }));
    expect(await run([...accounts, ...users])).toMatchObject({
      status: 'applied',
      counts: { user: { created: 6000 }, account: { created: 6000 } },
    });
    const [sum] = await postgres.sql`select count(*)::int as accounts, sum(posted_minor)::text as posted from accounts`;
    expect({ ...sum }).toEqual({ accounts: 6000, posted: '600000' });
    expect(await broken()).toEqual([]);
  });
});
