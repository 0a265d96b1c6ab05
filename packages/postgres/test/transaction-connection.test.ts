// A transaction has its connection to itself, however much is waiting. The driver pipelines what waits; unpatched it gives
// the connection back to the pool, in the middle of the transaction, where BEGIN was the statement that filled a pipeline.
// What others then write on it is acknowledged, and undone or left open with the transaction.
import { setImmediate as nextImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** The driver's own: statements under way on one connection. */
const PIPELINE_MAX = 100;
const AROUND_THE_MAX = [-2, -1, 0, 1, 2].map((more) => PIPELINE_MAX + more);

describe.skipIf(serverUrl === undefined)('a transaction begun while a pipeline is nearly full', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    await database.postgres.sql`create table notes (note text)`;
  });
  afterAll(() => database.close());

  describe.each([1, 2])('with %i connections', (poolMax) => {
    it.each(AROUND_THE_MAX)('and %i statements under way on each is alone on its connection', async (underWay) => {
      const note = `${poolMax} and ${underWay}`;
      const pool = database.connect({ poolMax });
      const ask = (times: number) => Array.from({ length: times }, () => pool.query('ask', (sql) => sql`select 1`));
      // Only what a connection has prepared is pipelined.
      for (let round = 0; round < 3; round++) await Promise.all(ask(poolMax));
      const before = ask(underWay * poolMax);
      // The driver sends a statement a moment after it was asked, but BEGIN at once.
      await nextImmediate();
      const undone = pool.transaction('undone', async (sql) => {
        await sql`insert into notes values (${note})`;
        throw new Error('undo');
      });
      const after = Array.from({ length: 10 }, () =>
        pool.query('write', (sql) => sql`insert into notes values (${note})`),
      );
      await expect(undone).rejects.toThrow('undo');
      await Promise.all([...before, ...after]);
      const [row] = await database.postgres.sql`select count(*)::integer as notes from notes where note = ${note}`;
      expect(row).toEqual({ notes: 10 });
    });
  });
});
