import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  arbitraryArrangement,
  arbitraryLives,
  arrangeLives,
  arrangeRecords,
  AS_IT_HAPPENED,
  createMemoryLedger,
  memoryTarget,
  replayHistory,
} from '../src/index.ts';
import type { LedgerStep, Lives } from '../src/index.ts';

/** More on demand, as in packages/postgres/test/records.property.test.ts. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);

function replay({ setUp, limits }: Lives, steps: readonly LedgerStep[]) {
  return replayHistory({ setUp, limits, steps }, memoryTarget(createMemoryLedger()));
}

it('whatever happens, and however it arrives, the books are true', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryLives(), arbitraryArrangement(), async (lives, arrangement) => {
      const { invariants } = await replay(lives, arrangeLives(lives.events, arrangement));
      expect(invariants).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

it('records that arrive in another order, twice or in other batches end equal', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryLives(), arbitraryArrangement(), async (lives, arrangement) => {
      const inOrder = await replay(lives, arrangeRecords(lives.events, AS_IT_HAPPENED));
      const arrived = await replay(lives, arrangeRecords(lives.events, arrangement));
      expect(arrived.results).toEqual(inOrder.results);
      expect(arrived.snapshot).toEqual(inOrder.snapshot);
    }),
    { numRuns: RUNS },
  );
});

it(
  'where money is ample and the platform speaks of all, decisions may come late, too',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLives({ isAmple: true }), arbitraryArrangement(), async (lives, arrangement) => {
        const inOrder = await replay(lives, arrangeLives(lives.events, AS_IT_HAPPENED));
        const arrived = await replay(lives, arrangeLives(lives.events, arrangement));
        expect(arrived.snapshot).toEqual(inOrder.snapshot);
      }),
      { numRuns: RUNS },
    );
  },
);
