import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { arbitraryArrangement, arbitraryLives, arrangeLives, replayHistory } from '@freeway/testkit';
import { assert, asyncProperty } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Postgres } from '../src/connect.ts';
import { verifyLedger } from '../src/invariants.ts';
import { HOT_SESSION } from '../src/ledger.ts';
import { emptyPostgresTarget } from '../testing/postgres-target.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** More on demand, and one history again by what fast-check printed of it: as in records.property.test.ts. */
const PARAMETERS = {
  numRuns: Number(process.env['PROPERTY_RUNS'] ?? 60),
  ...(process.env['PROPERTY_SEED'] === undefined ? {} : { seed: Number(process.env['PROPERTY_SEED']) }),
  ...(process.env['PROPERTY_PATH'] === undefined ? {} : { path: process.env['PROPERTY_PATH'] }),
};

/** What is looked at is what was committed, not when it reached the disk. */
const NO_WAIT = { synchronous_commit: 'off' };

describe.skipIf(serverUrl === undefined)('the invariants of the ledger', () => {
  let database: TestDatabase;
  let hot: Postgres;
  let postgres: Postgres;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    hot = database.connect({ poolMax: 1, session: { ...HOT_SESSION, ...NO_WAIT } });
    postgres = database.connect({ poolMax: 4, session: NO_WAIT });
  });
  afterAll(() => database.close());

  it('hold after whole lives, however they arrive', { timeout: 3_600_000 }, async () => {
    await assert(
      asyncProperty(arbitraryLives(), arbitraryArrangement(), async ({ setUp, limits, events }, arrangement) => {
        const target = await emptyPostgresTarget(postgres, hot, DEFAULT_CHAIN_POLICY);
        await replayHistory({ setUp, limits, steps: arrangeLives(events, arrangement) }, target);
        expect((await verifyLedger(postgres)).filter(({ ok }) => !ok)).toEqual([]);
      }),
      PARAMETERS,
    );
  });
});
