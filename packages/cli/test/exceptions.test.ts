import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { createRecordLedger } from '@freeway/postgres';
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

describe.skipIf(serverUrl === undefined)('freeway exceptions', { timeout: TIMEOUT_MS }, () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    folder = mkdtempSync(join(tmpdir(), 'freeway-cli-'));
    await database.postgres.sql`insert into owners (kind, token) values ('user', 'u_1')`;
    await database.postgres.sql`insert into accounts (owner_kind, owner_token, currency) values ('user', 'u_1', 'EUR')`;
    const clearing = { effect: 'clearing', owner: { kind: 'user', token: 'nobody' } } as const;
    const links = { parentTransactionTokens: ['unseen'], parentMessageTokens: [] };
    await createRecordLedger(database.postgres, { policy: DEFAULT_CHAIN_POLICY }).applyRecords([
      buildRecord({ ...clearing, transactionToken: 'lost', amountMinor: 1250n }),
      buildRecord({ ...clearing, transactionToken: 'early', amountMinor: 500n, links, isRounded: true }),
      buildRecord({ transactionToken: 'strange', currency: 'XYZ', amountMinor: 0n, amountFault: 'unknown_currency' }),
    ]);
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const freeway = (...args: string[]): Promise<Run> =>
    runFreeway(['exceptions', ...args], { cwd: folder, env: { DATABASE_URL: database.url } });
  const idOf = async (transaction: string, reason: string) => {
    const [row] = await database.postgres.sql`
      select exception_id from record_exceptions where transaction_token = ${transaction} and reason = ${reason}`;
    return row?.['exception_id'] as string;
  };

  test('list counts by reason first, and shows the oldest', async () => {
    const [text, json, narrow, none, few] = await Promise.all([
      freeway('list'),
      freeway('list', '--json'),
      freeway('list', '--reason', 'missing_parent', '--currency', 'EUR', '--since', '1h'),
      freeway('list', '--reason', 'account_closed'),
      freeway('list', '--limit', '1'),
    ]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(
      /^reason +count\nunknown_currency +1\namount_rounded +1\nno_account +2\nmissing_parent +1\n\nid +reason +state/,
    );
    expect(text.stdout).toMatch(/no_account +open +12\.50 EUR +system suspense +\S+ +lost\n/);
    expect(text.stdout).toMatch(/unknown_currency +open +0 XYZ +- /);
    const list = JSON.parse(json.stdout) as { total: number; exceptions: object[] };
    expect(list.total).toBe(5);
    expect(list.exceptions).toContainEqual(
      expect.objectContaining({ reason: 'no_account', amount: '12.50', transaction_token: 'lost', state: 'open' }),
    );
    expect(narrow.stdout).toMatch(/^reason +count\nmissing_parent +1\n/);
    expect(none).toMatchObject({ code: 0, stdout: 'there are none\n' });
    expect(few.stdout).toContain('the oldest 1 of 5: --limit shows more\n');
  });

  test('show prints one with its chain, and says so where there is none', async () => {
    const id = await idOf('early', 'missing_parent');
    const [text, json, unknown] = await Promise.all([
      freeway('show', id),
      freeway('show', id, '--json'),
      freeway('show', '4711'),
    ]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/reason +missing_parent\nstate +open\namount +5\.00 EUR\n/);
    expect(text.stdout).toMatch(/posted:\nkind +amount +counterpart .*\nclearing +-5\.00 +settlement /);
    expect(JSON.parse(json.stdout)).toMatchObject({
      reason: 'missing_parent',
      chain_token: 'unseen',
      records: [{ effect: 'clearing', amount: '5.00' }],
      postings: [{ amount: '-5.00' }],
    });
    expect(unknown).toEqual({
      code: 1,
      stdout: '',
      stderr: 'freeway: there is no exception 4711: freeway exceptions list shows their ids\n',
    });
  });

  test('resolve moves money to an account, and settles by id or, after a look, by filter', async () => {
    const lost = await idOf('lost', 'no_account');
    const to = ['--note', 'opened for u_1', '--move-to', 'user:u_1'];
    const [wrong, nobody, dry] = await Promise.all([
      freeway('resolve', '4711', ...to),
      freeway('resolve', lost, '--note', 'n', '--move-to', 'user:u_2'),
      freeway('resolve', lost, ...to, '--dry-run'),
    ]);
    expect(wrong).toMatchObject({ code: 1, stderr: containing('there is no exception 4711') });
    expect(nobody).toMatchObject({ code: 1, stderr: 'freeway: user u_2 has no account in EUR\n' });
    expect(dry).toMatchObject({
      code: 0,
      stdout: `${lost} no_account would be resolved, 12.50 EUR to user u_1\nwould resolve 1: nothing was done\n`,
    });
    expect(await freeway('resolve', lost, ...to)).toMatchObject({
      code: 0,
      stdout: `${lost} no_account resolved, 12.50 EUR to user u_1\nresolved 1\n`,
    });
    const [account] = await database.postgres.sql`select posted_minor from accounts where owner_token = 'u_1'`;
    expect(account?.['posted_minor']).toBe('-1250');
    const filter = ['--reason', 'amount_rounded', '--note', 'seen'];
    expect(await freeway('resolve', ...filter)).toMatchObject({
      code: 0,
      stdout: containing('would resolve 1: nothing was done; run again with --yes to do it\n'),
    });
    const done = await freeway('resolve', ...filter, '--yes', '--json');
    expect(JSON.parse(done.stdout)).toMatchObject({
      dry_run: false,
      resolved: 1,
      refused: 0,
      exceptions: [{ status: 'resolved', reason: 'amount_rounded', transaction_token: 'early' }],
    });
    const all = JSON.parse((await freeway('list', '--state', 'resolved', '--json')).stdout) as { exceptions: object[] };
    expect(all.exceptions).toMatchObject([{ note: 'opened for u_1' }, { note: 'seen' }]);
  });

  test.each([
    [['resolve', '1'], "required option '--note <text>' not specified"],
    [['resolve', '--note', 'n'], 'either ids, or at least one filter'],
    [['resolve', '1', '--reason', 'no_account', '--note', 'n'], 'either ids, or at least one filter'],
    [['resolve', '1', '--note', 'n', '--move-to', 'u_1'], 'user:<token> or business:<token>'],
    [['list', '--reason', 'bad_luck'], "argument 'bad_luck' is invalid"],
    [['list', '--since', 'yesterday'], 'A time such as'],
    [['list', '--user', 'u', '--business', 'b'], 'exactly one of --user and --business'],
  ])('%j exits 2 and says why', async (args, sentence) => {
    expect(await freeway(...args)).toMatchObject({ code: 2, stdout: '', stderr: containing(sentence) });
  });
});
