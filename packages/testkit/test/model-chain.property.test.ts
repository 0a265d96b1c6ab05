import { DEFAULT_CHAIN_POLICY, foldChain, type ChainOutcome, type ChainPolicy } from '@freeway/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitraryChainFacts } from '../src/arbitrary-chain.ts';
import { modelChain } from '../src/records/model-chain.ts';

/** More on demand, as in packages/postgres/test/records.property.test.ts. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 3000);

const POLICIES: readonly ChainPolicy[] = [
  DEFAULT_CHAIN_POLICY,
  { keepResidue: new Set(['fuel', 'card_present']), holdDays: { lodging: 3, fuel: 2 } },
];

function byText<T>(rows: readonly T[], text: (row: T) => string): T[] {
  return rows.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** In one order, whatever the order in which they came up. */
function sorted(outcome: ChainOutcome) {
  return {
    ...outcome,
    postings: byText(outcome.postings, (row) => `${row.transactionToken} ${row.counterpart}`),
    expectedCredits: byText(outcome.expectedCredits, (row) => row.transactionToken),
    exceptions: byText(outcome.exceptions, (row) => `${row.transactionToken} ${row.reason}`),
    decided: byText([...outcome.decided], ([token]) => token),
  };
}

it('the fold of core equals the model, whatever is said of a chain', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(arbitraryChainFacts(), fc.constantFrom(...POLICIES), (facts, policy) => {
      const { decisions, records, limitIds } = facts;
      expect(sorted(foldChain(facts, policy))).toEqual(sorted(modelChain(decisions, records, limitIds, policy)));
    }),
    { numRuns: RUNS },
  );
});

it('neither depends on the order in which it is told', () => {
  const shuffled = arbitraryChainFacts().chain((facts) =>
    fc.tuple(
      fc.constant(facts),
      fc.shuffledSubarray([...facts.records], { minLength: facts.records.length }),
      fc.shuffledSubarray([...facts.decisions], { minLength: facts.decisions.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([facts, records, decisions]) => {
      const { limitIds } = facts;
      const told = modelChain(facts.decisions, facts.records, limitIds, DEFAULT_CHAIN_POLICY);
      expect(sorted(modelChain(decisions, records, limitIds, DEFAULT_CHAIN_POLICY))).toEqual(sorted(told));
      const folded = foldChain({ decisions, records, limitIds }, DEFAULT_CHAIN_POLICY);
      expect(sorted(folded)).toEqual(sorted(foldChain(facts, DEFAULT_CHAIN_POLICY)));
    }),
  );
});
