import { approval, buildProposal } from '@freeway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import { HOT_SESSION } from '../src/ledger.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const BATCHES = 10;
const BATCH = 20;

describe.skipIf(serverUrl === undefined)('plans made while tables are empty', () => {
  let database: TestDatabase;
  let accountId = '';

  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    const { sql } = database.postgres;
    await sql`insert into owners (kind, token) values ('user', 'a')`;
    const [row] = await sql`
      insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
        values ('user', 'a', 'EUR', 1000000) returning account_id`;
    accountId = row?.['account_id'];
    // As a new installation is left by `vacuumdb --analyze`: the server knows that there is nothing in them.
    await sql.unsafe('vacuum (analyze)');
  });
  afterAll(() => database.close());

  const proposal = (nth: string) =>
    buildProposal({
      request: { messageToken: `m${nth}`, transactionToken: `t${nth}`, currency: 'EUR' },
      accountId,
      chainToken: `t${nth}`,
      decision: approval({
        counters: [{ limitId: 1, window: 'day', windowStart: '2026-03-15', amountMinor: 1n, count: 1 }],
      }),
      versions: {},
    });

  test('go by key still when they have grown', async () => {
    const hot = database.connect({ poolMax: 1, session: HOT_SESSION, statementTimeoutMs: 2500 });
    for (let batch = 0; batch < BATCHES; batch++) {
      const proposals = Array.from({ length: BATCH }, (_, nth) => proposal(`${batch}_${nth}`));
      const results = await authorizeBatch(hot.sql, proposals);
      expect(results.map(({ status }) => status)).toEqual(proposals.map(() => 'committed'));
    }
    await hot.sql`select pg_stat_force_next_flush()`;
    const rows = await hot.sql`
      select indexrelname as name, idx_tup_read::integer as read from pg_stat_user_indexes
        where indexrelname in ('decisions_message_token', 'decisions_transaction_token', 'counters_pkey') order by 1`;
    // Whoever reads all of a table for each batch reads a thousand rows and more; the counter is found once for each.
    expect(rows.map(({ name, read }) => [name, read < BATCHES * 2])).toEqual([
      ['counters_pkey', true],
      ['decisions_message_token', true],
      ['decisions_transaction_token', true],
    ]);
  });
});
