import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Run, runFreeway } from './run-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const KEY = 'kept where the database cannot read it';

describe.skipIf(serverUrl === undefined)('freeway verify --chain', { timeout: 120_000 }, () => {
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
    runFreeway(args, { cwd: folder, env: { DATABASE_URL: database.url, SEAL_KEY: KEY } });

  test('the sweeper seals what operators did; a change by hand, and a chain cut short, are found', async () => {
    expect(await freeway('verify', '--chain')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing is sealed yet') as string,
    });
    await freeway('user', 'put', 'u_1');
    await freeway('account', 'open', '--user', 'u_1', '--currency', 'USD', '--opening-balance', '10');
    const swept = await freeway('sweeper', '--once', '--json');
    expect(swept).toMatchObject({ code: 0 });
    expect(JSON.parse(swept.stdout)).toMatchObject({ sealed: 3 });
    const sound = await freeway('verify', '--chain', '--json');
    expect(sound).toMatchObject({ code: 0 });
    const { head, ...report } = JSON.parse(sound.stdout) as { head: { block: number; hash: string } };
    expect(report).toMatchObject({ ok: true, rows: 3, keyed_from: 1, waiting: { rows: 0 }, differences: [] });
    const noted = `${head.block}:${head.hash}`;
    expect(await freeway('verify', '--chain', '--expect', noted)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`head      ${noted} of `) as string,
    });

    await database.postgres.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update entries set amount_minor = amount_minor * 100`;
    });
    const changed = await freeway('verify', '--chain');
    expect(changed).toMatchObject({ code: 1 });
    expect(changed.stdout).toMatch(/^DIFFERS {3}block \d+, booking 1 of account 1: was changed\n/);

    const [wrong, malformed, alone] = await Promise.all([
      freeway('verify', '--chain', '--expect', `99:${'0'.repeat(64)}`, '--json'),
      freeway('verify', '--chain', '--expect', '7'),
      freeway('verify', '--expect', noted),
    ]);
    expect(wrong).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('is missing: the chain ends at block') as string,
    });
    expect(malformed).toMatchObject({ code: 2, stdout: '' });
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('--expect needs --chain') as string });
  });

  test('blocks are retired once, and only those there are', async () => {
    expect(await freeway('chain', 'retire', '--through', '1', '--actor', 'ada')).toMatchObject({ code: 0 });
    expect(await freeway('chain', 'retire', '--through', '1')).toMatchObject({ code: 1, stdout: '' });
    expect(await freeway('chain', 'retire', '--through', '999')).toMatchObject({ code: 1, stdout: '' });
    const audits = await database.postgres.sql`select actor, subject from audit_records where verb = 'retire_blocks'`;
    expect([...audits]).toEqual([{ actor: 'ada', subject: 'block:1' }]);
  });
});
