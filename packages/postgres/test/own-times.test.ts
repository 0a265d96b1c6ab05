import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOwnTimes } from '../src/own-times.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const record = (stages: object) => JSON.stringify({ source: 'http', ...stages });

describe.skipIf(serverUrl === undefined)('the own time of decisions', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    const { sql } = database.postgres;
    await sql`
      insert into outbox (account_id, decision_id, record) values (1, 5, ${record({ stages_ms: { decode: 100 } })})`;
    await sql`insert into outbox (account_id, decision_id, record) select 1, 100 + g, '{}' from generate_series(1, 5000) g`;
    await sql`
      insert into outbox (account_id, decision_id, record) values
        (1, 6, ${record({ stages_ms: { decode: 0.25, user_lookup: 1.5, decision: 0.25 } })}),
        (1, 7, ${record({})}), (1, 7, '{"source":"void"}')`;
  });
  afterAll(() => database.close());

  it('is the sum of their stages; unknown where none is told, or many came since', async () => {
    expect(await readOwnTimes(database.postgres, ['5', '6', '7', '8'])).toEqual(new Map([['6', 2]]));
  });
});
