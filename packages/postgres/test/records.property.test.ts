import { type ChainPolicy, DEFAULT_CHAIN_POLICY } from '@freeway/core';
import {
  arbitraryArrangement,
  arbitraryLives,
  arrangeLives,
  arrangeRecords,
  AS_IT_HAPPENED,
  createMemoryLedger,
  type LedgerStep,
  type Lives,
  memoryTarget,
  replayHistory,
  type ReplayOutcome,
} from '@freeway/testkit';
import { assert, asyncProperty, constantFrom } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Postgres } from '../src/connect.ts';
import { createLedger, HOT_SESSION, type PostgresLedger } from '../src/ledger.ts';
import { emptyPostgresTarget } from '../testing/postgres-target.ts';
import { sideBySide } from '../testing/side-by-side.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/**
 * More on demand, and one history again by what fast-check printed of it:
 * `PROPERTY_RUNS=2000 npm test -- --project postgres records.property`,
 * `PROPERTY_SEED=-123 PROPERTY_PATH=45:0:1 npm test -- --project postgres records.property -t 'name of the property'`.
 */
const PARAMETERS = {
  numRuns: Number(process.env['PROPERTY_RUNS'] ?? 100),
  ...(process.env['PROPERTY_SEED'] === undefined ? {} : { seed: Number(process.env['PROPERTY_SEED']) }),
  ...(process.env['PROPERTY_PATH'] === undefined ? {} : { path: process.env['PROPERTY_PATH'] }),
};

/** What comes at once differs from run to run, so that fewer do. */
const SIDE_BY_SIDE = { ...PARAMETERS, numRuns: Math.ceil(PARAMETERS.numRuns / 3) };

const POLICIES: readonly ChainPolicy[] = [
  DEFAULT_CHAIN_POLICY,
  { keepResidue: new Set(['fuel', 'card_present']), holdDays: { lodging: 3, fuel: 2 } },
];

/** What is compared is what was committed, not when it reached the disk. */
const NO_WAIT = { synchronous_commit: 'off' };

/** What the lives come to in memory. */
function model({ setUp, limits }: Lives, steps: readonly LedgerStep[], policy: ChainPolicy): Promise<ReplayOutcome> {
  return replayHistory({ setUp, limits, steps }, memoryTarget(createMemoryLedger(policy)));
}

describe.skipIf(serverUrl === undefined)('whole lives in PostgreSQL', () => {
  let database: TestDatabase;
  let hot: Postgres;
  let postgres: Postgres;
  let gateway: PostgresLedger;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    hot = database.connect({ poolMax: 1, session: { ...HOT_SESSION, ...NO_WAIT } });
    postgres = database.connect({ poolMax: 4, session: NO_WAIT });
    gateway = createLedger(hot, { batchMax: 8, inFlightMax: 1, queueMax: 1000 });
  });
  afterAll(() => database.close());

  const replay = async ({ setUp, limits }: Lives, steps: readonly LedgerStep[], policy: ChainPolicy) =>
    replayHistory({ setUp, limits, steps }, await emptyPostgresTarget(postgres, hot, policy));

  it('equal the in-memory ledger, however they arrive', { timeout: 3_600_000 }, async () => {
    await assert(
      asyncProperty(
        arbitraryLives(),
        arbitraryArrangement(),
        constantFrom(...POLICIES),
        async (lives, arrangement, policy) => {
          const steps = arrangeLives(lives.events, arrangement);
          const actual = await replay(lives, steps, policy);
          expect(actual).toEqual(await model(lives, steps, policy));
          expect(actual.invariants).toEqual([]);
        },
      ),
      PARAMETERS,
    );
  });

  it('end equal in any order of their records', { timeout: 3_600_000 }, async () => {
    await assert(
      asyncProperty(arbitraryLives(), arbitraryArrangement(), async (lives, arrangement) => {
        const inOrder = await replay(lives, arrangeRecords(lives.events, AS_IT_HAPPENED), DEFAULT_CHAIN_POLICY);
        const arrived = await replay(lives, arrangeRecords(lives.events, arrangement), DEFAULT_CHAIN_POLICY);
        expect(arrived.snapshot).toEqual(inOrder.snapshot);
      }),
      PARAMETERS,
    );
  });

  it('end equal when batches of records are applied side by side', { timeout: 3_600_000 }, async () => {
    await assert(
      asyncProperty(arbitraryLives(), arbitraryArrangement(), async (lives, arrangement) => {
        const { setUp, limits, events } = lives;
        const steps = arrangeRecords(events, arrangement);
        const target = await emptyPostgresTarget(postgres, hot, DEFAULT_CHAIN_POLICY);
        // What the gateway does comes first, one after the other.
        const { authorizeBatch } = target;
        const actual = await replayHistory(
          { setUp, limits, steps },
          { ...sideBySide(target, gateway), authorizeBatch },
        );
        expect(actual.snapshot).toEqual((await model(lives, steps, DEFAULT_CHAIN_POLICY)).snapshot);
        expect(actual.invariants).toEqual([]);
      }),
      SIDE_BY_SIDE,
    );
  });

  it('end equal when decisions come meanwhile, where money is ample', { timeout: 3_600_000 }, async () => {
    await assert(
      asyncProperty(arbitraryLives({ isAmple: true }), arbitraryArrangement(), async (lives, arrangement) => {
        const { setUp, limits, events } = lives;
        const steps = arrangeLives(events, arrangement);
        const target = await emptyPostgresTarget(postgres, hot, DEFAULT_CHAIN_POLICY);
        const actual = await replayHistory({ setUp, limits, steps }, sideBySide(target, gateway));
        expect(actual.snapshot).toEqual((await model(lives, steps, DEFAULT_CHAIN_POLICY)).snapshot);
        expect(actual.invariants).toEqual([]);
      }),
      SIDE_BY_SIDE,
    );
  });
});
