import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settleDatabase } from '../../../src/authorizations/measure/settle-database.ts';
import { openTestDatabase, type TestDatabase } from '../references/open-test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('settling a database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  test('the planner gets to know what is filled, and is told nothing of what is still empty', async () => {
    const sql = postgres(database.url, { max: 1 });
    await sql`create schema "Of others"`;
    await sql`create table "Of others".filled as select generate_series(1, 1000) as i`;
    await sql`create table still_empty (i integer)`;
    await settleDatabase(database.url);
    const known = await sql<{ relname: string; reltuples: number }[]>`
      select relname, reltuples from pg_class where relname in ('filled', 'still_empty') order by 1`;
    await sql.end();
    expect([...known]).toEqual([
      { relname: 'filled', reltuples: 1000 },
      // Unknown, which is not none.
      { relname: 'still_empty', reltuples: -1 },
    ]);
  });

  test('files of the log are there before anybody waits for one', async () => {
    const sql = postgres(database.url, { max: 1 });
    const position = async () => Number((await sql`select pg_current_wal_lsn() - '0/0' as bytes`)[0]?.['bytes']);
    const before = await position();
    await settleDatabase(database.url);
    expect((await position()) - before).toBeGreaterThan(63 * 16 * 1024 * 1024);
    await sql.end();
  });
});
