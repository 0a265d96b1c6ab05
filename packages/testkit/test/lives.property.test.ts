import { RECORD_EXCEPTIONS, type RecordEffect } from '@freeway/core';
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

/** By name, so that the compiler asks for one that is new. */
const EFFECTS: Readonly<Record<RecordEffect, true>> = {
  hold: true,
  single: true,
  increment: true,
  advice: true,
  release: true,
  clearing: true,
  expiry: true,
  single_reversal: true,
  expected_credit: true,
  expected_credit_advice: true,
  expected_credit_reversal: true,
  credit: true,
  credit_reversal: true,
  debit: true,
  dispute_provisional_credit: true,
  dispute_chargeback: true,
  dispute_completed: true,
  dispute_take_back: true,
  no_money: true,
  unexplained: true,
};

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

it('lives reach all that can be said of them', async () => {
  const seen = new Set<string>();
  const samples = fc.sample(fc.tuple(arbitraryLives(), arbitraryArrangement()), { numRuns: 600, seed: 1 });
  for (const [lives, arrangement] of samples) {
    const steps = arrangeLives(lives.events, arrangement);
    const { snapshot, applied, results, voids } = await replay(lives, steps);
    for (const { reason } of snapshot.exceptions) seen.add(reason);
    for (const { counterpart } of snapshot.postings) seen.add(`posted against ${counterpart}`);
    for (const { messageClass } of snapshot.holds) seen.add(`a ${messageClass} hold`);
    for (const { confirmed, outcome } of snapshot.decisions) if (confirmed) seen.add(`${outcome}, then ${confirmed}`);
    for (const { status } of applied) seen.add(status);
    for (const outcome of voids) seen.add(outcome);
    for (const result of results) seen.add(result.status);
    for (const { accountId } of snapshot.accounts) if (accountId.startsWith('suspense')) seen.add(accountId);
    for (const { effect, outcome } of lives.events.flatMap((event) => (event.verb === 'record' ? event.record : [])))
      if (outcome === 'approved') seen.add(`effect ${effect}`);
    if (snapshot.expectedCredits.length > 0) seen.add('an expected credit');
    if (steps.some(({ verb }) => verb === 'assign')) seen.add('assigned');
  }
  const all = [
    RECORD_EXCEPTIONS,
    Object.keys(EFFECTS).map((effect) => `effect ${effect}`),
    ['applied', 'duplicate', 'committed', 'token_reused', 'voided', 'confirmed', 'declined', 'absent', 'assigned'],
    ['approve, then approved', 'approve, then refused', 'decline, then approved', 'decline, then refused'],
    ['a dual hold', 'a single hold', 'an expected credit', 'suspense EUR', 'suspense USD'],
    ['posted against settlement', 'posted against disputes'],
  ];
  expect([...seen].toSorted()).toEqual(all.flat().toSorted());
});
