// What the reports print; what is in them is the business of the tests of postgres.
import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { METHODS, RECORD_TYPES, recordTypesByEvidence } from '@freeway/marqeta';
import { createRecordLedger, recordAgreement } from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { buildRecord } from '@freeway/testkit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Run, runFreeway } from './run-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** A test here starts up to ten processes. */
const TIMEOUT_MS = 120_000;

const containing = (text: string) => expect.stringContaining(text) as string;

describe.skipIf(serverUrl === undefined)('reports', { timeout: TIMEOUT_MS }, () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    folder = mkdtempSync(join(tmpdir(), 'freeway-cli-'));
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const freeway = (...args: string[]): Promise<Run> =>
    runFreeway(args, { cwd: folder, env: { DATABASE_URL: database.url } });

  test('say so where there is nothing', async () => {
    const [settlement, exposure, drift] = await Promise.all([
      freeway('settlement'),
      freeway('exposure'),
      freeway('drift'),
    ]);
    expect(settlement).toEqual({ code: 0, stdout: 'nothing was booked\n', stderr: '' });
    expect(exposure).toEqual({ code: 0, stdout: 'there is none\n', stderr: '' });
    expect(drift).toEqual({ code: 0, stdout: 'there is none\n', stderr: '' });
  });

  test('show money in major units, as a table and as JSON', async () => {
    await database.postgres.sql`insert into owners (kind, token) values ('user', 'user-1')`;
    await database.postgres
      .sql`insert into accounts (owner_kind, owner_token, currency) values ('user', 'user-1', 'EUR')`;
    const settlement = { settlementDate: '2026-03-15', network: 'VISA, "dual"' };
    const records = [
      buildRecord({ effect: 'clearing', transactionToken: 'forced', amountMinor: 1250n, settlement }),
      buildRecord({ effect: 'credit', transactionToken: 'refund', amountMinor: 200n }),
      buildRecord({ effect: 'hold', transactionToken: 'stood-in', amountMinor: 300n, isStandIn: true }),
    ];
    const applied = await createRecordLedger(database.postgres, { policy: DEFAULT_CHAIN_POLICY }).applyRecords(records);
    const word = { impactedMinor: -300n, ledgerBalanceMinor: 400n };
    const [, , standIn] = records;
    if (standIn === undefined) throw new Error('a record is missing');
    await recordAgreement(database.postgres, [{ record: standIn, word, accountId: applied[2]?.accountId ?? '' }]);

    const [all, csv, dated, json, exposure, exposureJson, drift, driftJson] = await Promise.all([
      freeway('settlement', '--all'),
      freeway('settlement', '--csv', '--date', '2026-03-15'),
      freeway('settlement', '--date', '2026-03-15'),
      freeway('settlement', '--json'),
      freeway('exposure'),
      freeway('exposure', '--json'),
      freeway('drift'),
      freeway('drift', '--json'),
    ]);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/^settlement:\ndate +network +currency +transactions +debits +credits +net\n/);
    expect(all.stdout).toMatch(/\n2026-03-15 +VISA, "dual" +EUR +1 +12\.50 +0\.00 +12\.50\n/);
    expect(all.stdout).toMatch(/\nno date +- +EUR +1 +0\.00 +2\.00 +-2\.00\ntotal +EUR +2 +12\.50 +2\.00 +10\.50\n/);
    expect(csv.stdout).toBe(
      'book,settlement_date,network,currency,transactions,debits,credits,net\n' +
        'settlement,2026-03-15,"VISA, ""dual""",EUR,1,12.50,0.00,12.50\n',
    );
    expect(dated.stdout).toMatch(/\ntotal +EUR +1 +12\.50 +0\.00 +12\.50\n/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      lines: [{ settlement_date: '2026-03-15', net: '12.50' }, { net: '-2.00' }],
      totals: [{ book: 'settlement', currency: 'EUR', debits: '12.50', credits: '2.00', net: '10.50' }],
    });
    expect(exposure.stdout).toMatch(/^EUR +count +amount\nstood in, open +1 +3\.00\n/);
    expect(exposure.stdout).toMatch(/\nforce posts, 30 days +1 +12\.50\n/);
    expect(exposure.stdout).toContain('the worst: user user-1, -13.50 available\n');
    expect(JSON.parse(exposureJson.stdout)).toMatchObject([
      { currency: 'EUR', stood_in: { open: { count: 1, amount: '3.00' } }, negative_accounts: { amount: '-13.50' } },
    ]);
    expect(drift.stdout).toMatch(/\nholds +settling +user user-1 +EUR +3\.00 +4\.00 +1 +\S+ +stood-in +stood-in\n$/);
    expect(JSON.parse(driftJson.stdout)).toMatchObject([
      { kind: 'holds', state: 'settling', ours: '3.00', theirs: '4.00', first: { transaction_token: 'stood-in' } },
    ]);
  });

  test('settlement exits 1 where the lines do not tie to the entries', async () => {
    await database.postgres.sql`
      insert into entries (account_id, ledger_transaction_id, entry_number, book, amount_minor, currency)
        values (1, 4711, 1, 'disputes', 5, 'EUR')`;
    expect(await freeway('settlement', '--all')).toMatchObject({
      code: 1,
      stderr: 'freeway: the entries of disputes in EUR come to 0.05, the lines do not\n',
    });
  });

  test('evidence lists what rests on inference only, and all of it when asked', async () => {
    const [text, json, all] = await Promise.all([
      freeway('evidence'),
      freeway('evidence', '--json'),
      freeway('evidence', '--all', '--json'),
    ]);
    const inferred = recordTypesByEvidence(['I']);
    for (const { type } of inferred) expect(text.stdout).toContain(`\n${type} `);
    expect(text.stdout).toContain(`\n${inferred.length} of ${RECORD_TYPES.length} types and `);
    expect(text.stdout).not.toContain('\nauthorization ');
    const methods = METHODS.filter(({ evidence }) => evidence.every((tag) => tag === 'I'));
    const only = JSON.parse(json.stdout) as { types: object[]; methods: object[] };
    expect([only.types.length, only.methods.length]).toEqual([inferred.length, methods.length]);
    const everything = JSON.parse(all.stdout) as { types: object[]; methods: object[] };
    expect([everything.types.length, everything.methods.length]).toEqual([RECORD_TYPES.length, METHODS.length]);
    expect(everything.types).toContainEqual(
      expect.objectContaining({ type: 'authorization', effect: 'hold', evidence: ['D', 'C', 'S'] }),
    );
  });

  test.each([
    [['settlement', '--date', '2026-02-30'], 'A date, YYYY-MM-DD'],
    [['settlement', '--date', 'today'], 'A date, YYYY-MM-DD'],
    [['settlement', '--date', '2026-03-15', '--all'], 'either --date or --all'],
    [['settlement', '--json', '--csv'], 'either --json or --csv'],
    [['drift', '--kind', 'mood'], "argument 'mood' is invalid"],
    [['exposure', '--days', 'many'], 'A whole number is needed'],
  ])('%j exits 2 and says why', async (args, sentence) => {
    expect(await freeway(...args)).toMatchObject({ code: 2, stdout: '', stderr: containing(sentence) });
  });
});
