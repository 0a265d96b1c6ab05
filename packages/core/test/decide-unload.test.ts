import { describe, expect, it } from 'vitest';
import { decide, isUnload } from '../src/index.ts';
import type { RequestKind } from '../src/index.ts';
import { limit, purchase, withFacts, withPolicy } from './situation.ts';
import type { Situation } from './situation.ts';

const UNLOADS: RequestKind[] = ['refund_authorization', 'original_credit', 'credit'];

function decided({ request, facts, policy }: Situation) {
  return decide(request, facts, policy);
}

describe('unloads', () => {
  it.each(UNLOADS)('%s promises a credit and takes nothing from counters', (kind) => {
    const situation = withFacts(purchase({ kind }), { limits: [limit({ maxAmountMinor: '0', maxCount: 0 })] });
    expect(decided(situation)).toMatchObject({
      outcome: 'approve',
      reservation: { effect: 'expected_credit', counters: [] },
    });
  });

  it.each(UNLOADS)('%s of amount zero promises nothing', (kind) => {
    expect(decided(purchase({ kind, amountMinor: 0n }))).toMatchObject({
      outcome: 'approve',
      reservation: { effect: 'none' },
    });
  });

  it('are those three kinds', () => {
    const kinds: RequestKind[] = [
      'authorization',
      'increment',
      'single_message',
      'verification',
      'balance_inquiry',
      'notice',
      'refused_method',
    ];
    expect(UNLOADS.map((kind) => isUnload(purchase({ kind }).request))).toEqual([true, true, true]);
    expect(kinds.filter((kind) => isUnload(purchase({ kind }).request))).toEqual([]);
  });

  it.each([
    [100_000n, 'approve'],
    [100_001n, 'decline'],
  ] as const)('an original credit of %s under a maximum of 100000: %s', (amountMinor, outcome) => {
    expect(decided(purchase({ kind: 'original_credit', amountMinor })).outcome).toBe(outcome);
  });

  it('the settings of one kind say nothing about another', () => {
    const off = { refundAuthorizationEnabled: false, originalCreditEnabled: false, originalCreditMaxMinor: 0n };
    expect(decided(withPolicy(purchase({ kind: 'credit' }), off)).outcome).toBe('approve');
    expect(
      decided(withPolicy(purchase({ kind: 'refund_authorization' }), { ...off, refundAuthorizationEnabled: true }))
        .outcome,
    ).toBe('approve');
  });
});
