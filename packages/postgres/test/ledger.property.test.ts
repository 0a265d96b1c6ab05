import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { arbitraryHistory, createMemoryLedger, memoryTarget, replayHistory } from '@freeway/testkit';
import { assert, asyncProperty } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOT_SESSION } from '../src/ledger.ts';
import { emptyPostgresTarget } from '../testing/postgres-target.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
/** More on demand: `PROPERTY_RUNS=2000 npm test -- --project postgres`. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);

/** What is compared is what was committed, not when it reached the disk. */
const NO_WAIT = { synchronous_commit: 'off' };

describe.skipIf(serverUrl === undefined)('the commit in PostgreSQL equals the in-memory ledger', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  it('over random histories: results, balances, holds, counters, decisions, outbox', { timeout: 600_000 }, async () => {
    const hot = database.connect({ poolMax: 1, session: { ...HOT_SESSION, ...NO_WAIT } });
    const postgres = database.connect({ poolMax: 4, session: NO_WAIT });
    await assert(
      asyncProperty(arbitraryHistory(), async (history) => {
        const expected = await replayHistory(history, memoryTarget(createMemoryLedger()));
        const actual = await replayHistory(history, await emptyPostgresTarget(postgres, hot, DEFAULT_CHAIN_POLICY));
        expect(actual).toEqual(expected);
        expect(actual.invariants).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
