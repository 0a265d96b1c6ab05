// What the sweeper tells the ledger is folded like any record (money.md *doubt*, *expiry*), whatever lives came to before.
import { DEFAULT_CHAIN_POLICY, type TransactionRecord } from '@freeway/core';
import {
  arbitraryArrangement,
  arbitraryLives,
  arrangeLives,
  createMemoryLedger,
  type LedgerHistory,
  memoryTarget,
  replayHistory,
  type ReplayTarget,
} from '@freeway/testkit';
import { assert, asyncProperty, constantFrom } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BY_KEY_SESSION } from '../src/by-key-session.ts';
import type { Postgres } from '../src/connect.ts';
import { HOT_SESSION } from '../src/ledger.ts';
import { readDueHolds } from '../src/records/due-holds.ts';
import { expiryRecord, notFoundRecord } from '../src/records/evidence.ts';
import { readUnconfirmed } from '../src/records/unconfirmed.ts';
import { emptyPostgresTarget } from '../testing/postgres-target.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** More on demand: `PROPERTY_RUNS=2000 npm test -- --project postgres sweeper.property`. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150);

const NO_WAIT = { synchronous_commit: 'off' };

describe.skipIf(serverUrl === undefined)('a sweep after whole lives', () => {
  let database: TestDatabase;
  let hot: Postgres;
  let postgres: Postgres;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    hot = database.connect({ poolMax: 1, session: { ...HOT_SESSION, ...NO_WAIT } });
    postgres = database.connect({ poolMax: 4, session: { ...BY_KEY_SESSION, ...NO_WAIT } });
  });
  afterAll(() => database.close());

  /** All that was decided by now is in doubt. */
  const inDoubt = async () =>
    (await readUnconfirmed(postgres, { olderThanMs: -3_600_000, dueMax: 1000, knownForMs: 0 })).due;
  /** All lives are of the past. */
  const due = () => readDueHolds(postgres, { graceMs: 0, limit: 1000 });

  const SWEEPS = {
    async doubt(target: ReplayTarget): Promise<TransactionRecord[]> {
      const evidence = (await inDoubt()).map(notFoundRecord);
      await target.applyRecords(evidence);
      expect(await inDoubt()).toEqual([]);
      return evidence;
    },
    async expiry(target: ReplayTarget): Promise<TransactionRecord[]> {
      const evidence = (await due()).map((hold) => expiryRecord(hold, hold.expiresAtMs));
      await target.applyRecords(evidence);
      // Dates that are older than what they should close; the present is not.
      const again = (await due()).map((hold) => expiryRecord(hold, Date.now()));
      await target.applyRecords(again);
      expect(await due()).toEqual([]);
      return [...evidence, ...again];
    },
  };

  it(
    'ends as the in-memory ledger does with the same evidence, and leaves nothing to sweep',
    { timeout: 3_600_000 },
    async () => {
      const orders = constantFrom<(keyof typeof SWEEPS)[][]>(
        ['doubt'],
        ['expiry'],
        ['doubt', 'expiry'],
        ['expiry', 'doubt'],
      );
      await assert(
        asyncProperty(arbitraryLives(), arbitraryArrangement(), orders, async (lives, arrangement, order) => {
          const history: LedgerHistory = { ...lives, steps: arrangeLives(lives.events, arrangement) };
          const target = await emptyPostgresTarget(postgres, hot, DEFAULT_CHAIN_POLICY);
          const evidence: TransactionRecord[] = [];
          const swept = await replayHistory(history, {
            ...target,
            async snapshot() {
              for (const name of order) evidence.push(...(await SWEEPS[name](target)));
              return target.snapshot();
            },
          });
          const told: LedgerHistory = { ...history, steps: [...history.steps, { verb: 'record', records: evidence }] };
          const expected = await replayHistory(told, memoryTarget(createMemoryLedger()));
          expect(swept.snapshot).toEqual(expected.snapshot);
          expect(swept.invariants).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
  );
});
