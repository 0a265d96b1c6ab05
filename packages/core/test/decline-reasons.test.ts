import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, DECLINE_REASONS, limitReason, precedenceOf } from '../src/index.ts';
import type { DeclineReason } from '../src/index.ts';
import type { Situation } from './situation.ts';
import { BASELINES } from './violations.ts';
import type { Violation } from './violations.ts';

/** Reasons that need the ledger: `decide` never gives them. */
const LEDGER_REASONS: readonly DeclineReason[] = [
  'token_reused',
  'daily_amount_limit',
  'monthly_amount_limit',
  'daily_count_limit',
  'monthly_count_limit',
  'insufficient_funds',
  'ledger_unavailable',
];

/** The reason of the decline, or `approve`. */
function answer({ request, facts, policy }: Situation): string {
  const decision = decide(request, facts, policy);
  return decision.outcome === 'approve' ? 'approve' : decision.reason;
}

function breakAll(situation: Situation, violations: readonly Violation[]): Situation {
  return violations.reduce((broken, violation) => violation.breaks(broken), situation);
}

function earliest(violations: readonly Violation[]): string {
  return DECLINE_REASONS.find((reason) => violations.some((violation) => violation.reason === reason)) ?? 'approve';
}

/** Any subset that takes at most one violation of each slot, in the order of the list. */
function subsetOf(violations: readonly Violation[]): fc.Arbitrary<Violation[]> {
  const slots = [...Map.groupBy(violations, (violation) => violation.slot).values()];
  const perSlot = slots.map((slot) => fc.option(fc.constantFrom(...slot), { nil: undefined, freq: 1 }));
  return fc.tuple(...perSlot).map((chosen) => violations.filter((violation) => chosen.includes(violation)));
}

describe('the list of decline reasons', () => {
  it('is what decide and the ledger can answer, no more and no less', () => {
    const decided = new Set(BASELINES.flatMap((baseline) => baseline.violations.map((violation) => violation.reason)));
    expect(LEDGER_REASONS.filter((reason) => decided.has(reason))).toEqual([]);
    expect([...decided, ...LEDGER_REASONS].toSorted()).toEqual(DECLINE_REASONS.toSorted());
  });

  it('has each reason once, and its order is the precedence', () => {
    expect(new Set(DECLINE_REASONS).size).toBe(DECLINE_REASONS.length);
    expect(DECLINE_REASONS.map(precedenceOf)).toEqual(DECLINE_REASONS.map((_, index) => index));
  });

  it('orders the limits as the ledger ranks them: amounts before counts, days before months', () => {
    const ranked = (['amount', 'count'] as const).flatMap((bound) =>
      (['day', 'month'] as const).map((window) => limitReason(window, bound)),
    );
    expect(DECLINE_REASONS.filter((reason) => ranked.includes(reason))).toEqual(ranked);
  });
});

describe.each(BASELINES)('$name', ({ situation, violations, harmless }) => {
  it('is approved when no rule is broken', () => {
    expect(answer(situation)).toBe('approve');
  });

  it.each(violations)('is declined with $reason', (violation) => {
    expect(answer(violation.breaks(situation))).toBe(violation.reason);
  });

  it('is declined with the earlier reason of any two', () => {
    for (const one of violations) {
      for (const other of violations) {
        if (one.slot === other.slot) continue;
        const both = violations.filter((violation) => violation === one || violation === other);
        expect([one.reason, other.reason, answer(breakAll(situation, both))]).toEqual([
          one.reason,
          other.reason,
          earliest(both),
        ]);
      }
    }
  });

  it('is declined with the earliest reason of any number, harmless ones aside', () => {
    fc.assert(
      fc.property(subsetOf([...harmless, ...violations]), (broken) => {
        const counted = broken.filter((violation) => violations.includes(violation));
        expect(answer(breakAll(situation, broken))).toBe(earliest(counted));
      }),
      { numRuns: 1000 },
    );
  });
});

it('unloads ask nothing of card, limits, merchant, or the states that only stop debits', () => {
  for (const { situation, harmless } of BASELINES) {
    for (const violation of harmless)
      expect([violation.reason, answer(violation.breaks(situation))]).toEqual([violation.reason, 'approve']);
  }
});
