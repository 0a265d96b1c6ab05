import { createFactSource, verifyLedger } from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Run, runFreeway } from './run-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** A test here starts up to twenty processes. */
const TIMEOUT_MS = 120_000;

describe.skipIf(serverUrl === undefined)('freeway on a database', { timeout: TIMEOUT_MS }, () => {
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
  const ada = ['--user', 'u_ada', '--currency', 'USD'];

  test('a programme is made, funded, limited, frozen and closed by hand', async () => {
    expect(await freeway('user', 'put', 'u_ada')).toEqual({ code: 0, stdout: 'user:u_ada created\n', stderr: '' });
    expect(await freeway('user', 'put', 'u_ada')).toMatchObject({ code: 0, stdout: 'user:u_ada unchanged\n' });
    expect(await freeway('account', 'open', ...ada, '--opening-balance', '100.00')).toMatchObject({
      code: 0,
      stdout: 'account:user:u_ada:USD created\n',
    });
    expect(await freeway('card', 'put', 'c_1', '--user', 'u_ada', '--expires', '2029-12', '--json')).toMatchObject({
      code: 0,
      stdout: '{"status":"created","subject":"card:c_1"}\n',
    });
    expect(
      await freeway(
        'limit',
        'put',
        'l_1',
        '--card',
        'c_1',
        '--currency',
        'USD',
        '--window',
        'day',
        '--max-amount',
        '500',
        '--max-count',
        '20',
      ),
    ).toMatchObject({
      code: 0,
      stdout: 'limit:l_1 created\n',
    });
    expect(await freeway('card', 'block', 'c_1', '--as', 'lost', '--actor', 'ada@desk')).toMatchObject({
      code: 0,
      stdout: 'card:c_1 updated\n',
    });
    expect(await createFactSource(database.postgres).card('c_1')).toMatchObject({ block: 'lost', state: 'active' });
    expect(await freeway('card', 'unblock', 'c_1')).toMatchObject({ code: 0, stdout: 'card:c_1 updated\n' });
    const move = [...ada, '--amount', '20.50', '--reason', 'goodwill', '--key', 'case-1'];
    expect(await freeway('account', 'credit', ...move)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/booked ledger transaction 2, available 120.50\n$/) as string,
    });
    expect(await freeway('account', 'credit', ...move)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('booked before') as string,
    });
    expect(await freeway('account', 'freeze', ...ada)).toMatchObject({
      code: 0,
      stdout: 'user u_ada USD updated: frozen\n',
    });
    expect(await freeway('account', 'unfreeze', ...ada)).toMatchObject({
      code: 0,
      stdout: 'user u_ada USD updated: open\n',
    });
    expect(await freeway('account', 'line', ...ada, '--amount', '5')).toMatchObject({
      code: 0,
      stdout: 'user u_ada USD updated, available 125.50\n',
    });
    const shown = await freeway('account', 'show', ...ada, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      user: 'u_ada',
      state: 'open',
      posted: '120.50',
      available: '125.50',
      bookings: [{ kind: 'operator_credit', amount: '20.50' }, { kind: 'opening_balance' }],
    });
    expect(await freeway('account', 'close', ...ada)).toMatchObject({
      code: 0,
      stdout: 'user u_ada USD updated: closing\n',
    });
    const audits = await database.postgres.sql`select distinct actor from audit_records where verb = 'block_card'`;
    expect(audits.map((row) => row['actor'])).toEqual(['ada@desk']);
    expect((await verifyLedger(database.postgres)).filter((one) => !one.ok)).toEqual([]);
  });

  test('what is refused exits 1 with one sentence on stderr', async () => {
    await freeway('user', 'put', 'u_poor');
    await freeway('account', 'open', '--user', 'u_poor', '--currency', 'USD', '--opening-balance', '1');
    const debit = [
      'account',
      'debit',
      '--user',
      'u_poor',
      '--currency',
      'USD',
      '--amount',
      '2',
      '--reason',
      'r',
      '--key',
      'k',
    ];
    const [poor, json, unknown, amount] = await Promise.all([
      freeway(...debit),
      freeway(...debit, '--json'),
      freeway('account', 'show', '--business', 'b_none', '--currency', 'USD'),
      freeway('account', 'line', '--user', 'u_poor', '--currency', 'USD', '--amount', '1.234'),
    ]);
    expect(poor).toEqual({ code: 1, stdout: '', stderr: 'freeway: 2.00 USD is more than the 1.00 USD available\n' });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'refused', code: 'insufficient_funds' });
    expect(unknown).toEqual({ code: 1, stdout: '', stderr: 'freeway: business b_none has no account in USD\n' });
    expect(amount).toMatchObject({ code: 1, stderr: 'freeway: credit line "1.234" has more decimals than USD (2)\n' });
    expect(await freeway(...debit, '--force')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('available -1.00') as string,
    });
  });

  test('import checks every line first, names the faulty ones, and applies the mended file', async () => {
    const file = join(folder, 'programme.ndjson');
    const good = [
      '{"type":"user","token":"u_file"}',
      '{"type":"account","user":"u_file","currency":"EUR","opening_balance":"10"}',
    ];
    writeFileSync(file, [...good, '{"type":"card","token":"c_file","user":"u_typo"}', '{'].join('\n'));
    const faulty = await freeway('import', file);
    expect(faulty).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'line 3: there is no user u_typo\nline 4: is not a JSON object\nfreeway: 2 of 4 lines are faulty: nothing was applied\n',
    });
    writeFileSync(file, good.join('\n'));
    expect(await freeway('import', file, '--dry-run')).toMatchObject({
      code: 0,
      stdout: 'user           1 created\naccount        1 created\ndry run of 2 lines: nothing was applied\n',
    });
    const applied = await freeway('import', file, '--json');
    expect(JSON.parse(applied.stdout)).toMatchObject({
      status: 'applied',
      lines: 2,
      counts: { user: { created: 1 }, account: { created: 1 } },
    });
    expect(await freeway('import', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('user           1 unchanged') as string,
    });
  });

  test('seed makes a demo programme once', async () => {
    expect(await freeway('seed', '--users', '40', '--seed', '3')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('user           40 created') as string,
    });
    expect(await freeway('seed', '--users', '40', '--seed', '3')).toMatchObject({
      code: 0,
      stdout: 'the programme of 40 users with seed 3 is there already\n',
    });
  });

  test('verify exits 1 and names the rows once a row was tampered with', async () => {
    const sound = await freeway('verify');
    expect(sound).toMatchObject({ code: 0, stdout: expect.stringMatching(/all \d+ invariants hold\n$/) as string });
    await freeway('user', 'put', 'u_tampered');
    await freeway('account', 'open', '--user', 'u_tampered', '--currency', 'USD');
    await database.postgres.sql`update accounts set posted_minor = 1 where owner_token = 'u_tampered'`;
    const [text, json] = await Promise.all([freeway('verify'), freeway('verify', '--json')]);
    expect(text).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/VIOLATED {2}posted_equals_entries \(Books\): 1\n +\{.*"posted_minor":1/) as string,
    });
    expect(json.code).toBe(1);
    const violated = (JSON.parse(json.stdout) as { name: string; ok: boolean }[]).filter((one) => !one.ok);
    expect(violated).toMatchObject([{ name: 'posted_equals_entries', rule: 'Books', violation_count: 1 }]);
    await database.postgres.sql`update accounts set posted_minor = 0 where owner_token = 'u_tampered'`;
  });

  test('a database that is not migrated is migrated by migrate and refused by the others', async () => {
    const name = `${new URL(database.url).pathname.slice(1)}_bare`;
    await database.postgres.sql.unsafe(`create database ${name}`);
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    const bare = (...args: string[]): Promise<Run> =>
      runFreeway(args, { cwd: folder, env: { DATABASE_URL: url.href } });
    try {
      expect(await bare('verify')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^freeway: the database lacks \d+ migrations: run freeway migrate\n$/) as string,
      });
      expect(await bare('migrate')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('applied 0001_facts.sql\n') as string,
      });
      expect(await bare('migrate')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^the database is at /) as string,
      });
      expect(await bare('verify')).toMatchObject({ code: 0 });
    } finally {
      await database.postgres.sql.unsafe(`drop database ${name} with (force)`);
    }
  });
});
