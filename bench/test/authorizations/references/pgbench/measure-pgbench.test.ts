import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPgbench } from '../../../../src/authorizations/references/pgbench/find-pgbench.ts';
import { measurePgbench } from '../../../../src/authorizations/references/pgbench/measure-pgbench.ts';
import { programmeLines } from '../../../../src/authorizations/workload/programme-lines.ts';
import { createFreeway, type Freeway } from '../../../../src/freeway.ts';
import { openTestDatabase, type TestDatabase } from '../open-test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const isThere = serverUrl !== undefined && findPgbench() !== undefined;

describe.skipIf(!isThere)('the commit through pgbench', () => {
  const signal = AbortSignal.timeout(60_000);
  let folder: string;
  let database: TestDatabase;
  let freeway: Freeway;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freeway-bench-test-'));
    database = await openTestDatabase(serverUrl ?? '');
    freeway = createFreeway(folder, { DATABASE_URL: database.url });
    const file = join(folder, 'programme.ndjson');
    await writeFile(file, [...programmeLines(40)].join('\n'));
    await freeway.run(['migrate'], signal);
    await freeway.run(['import', file], signal);
  });
  afterAll(async () => {
    await freeway.stopAll();
    await database.close();
    await rm(folder, { recursive: true });
  });

  const measure = (batch: number) =>
    measurePgbench({ databaseUrl: database.url, batch, clients: 2, seconds: 1, payersMax: 100, signal });

  const decisions = async () => {
    const sql = postgres(database.url, { max: 1 });
    const [row] = await sql<{ count: number; declined: number }[]>`
      select count(*)::integer as count, count(*) filter (where not approved)::integer as declined from decisions`;
    await sql.end();
    return row ?? { count: 0, declined: 0 };
  };

  test.each([1, 8])('commits batches of %i, all of them approved and booked as the ledger wants it', async (batch) => {
    const before = await decisions();
    const { authorizationsPerSecond, commitMs, why } = await measure(batch);
    expect(why).toBeUndefined();
    expect(authorizationsPerSecond).toBeGreaterThan(0);
    expect(commitMs).toBeGreaterThan(0);
    const after = await decisions();
    expect(after.declined).toBe(0);
    expect(after.count).toBeGreaterThan(before.count);
    expect((after.count - before.count) % batch).toBe(0);
    expect(await freeway.run(['verify'], signal)).toContain('invariants hold');
  });

  test('a batch of more than can pay is refused in words', async () => {
    await expect(measure(37)).rejects.toThrow('a batch of 37 needs as many accounts that can pay, not 36');
  });
});

test('where there is no pgbench, that is the result', async () => {
  const signal = AbortSignal.timeout(1000);
  const nowhere = { databaseUrl: 'postgres://nobody@127.0.0.1:1/none', pgbench: null, signal };
  expect(await measurePgbench({ ...nowhere, batch: 64, clients: 2, seconds: 1, payersMax: 1 })).toEqual({
    title: 'pgbench, 2 clients committing 64 at once',
    authorizationsPerSecond: undefined,
    why: 'pgbench is not installed',
  });
});
