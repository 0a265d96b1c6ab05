import { createSkew } from '../../skew.ts';
import type { Answer, JitRequest } from './jit-request.ts';
import {
  CASH_BACK,
  INCREMENT,
  INQUIRY,
  type MethodShape,
  PIN_DEBIT,
  PURCHASE,
  REFUND,
  VERIFICATION,
  WITHDRAWAL,
} from './method-shape.ts';
import { createRecent } from './recent.ts';
import { createRequestMaker } from './request-maker.ts';
import { badUser, badUsersOf, earnedReasonOf, goodUser, goodUsersOf } from './standing.ts';
import type { Workload, WorkloadSource } from './workload.ts';

export const REPEATED_SHARE = 0.02;
export const DECLINED_SHARE = 0.1;
/** Of what is to be approved. */
export const INCREMENT_SHARE = 0.05;

/** Of what is to be approved and follows nothing: shares that add up to 1. */
const APPROVED_MIX: readonly (readonly [share: number, shape: MethodShape])[] = [
  [0.76, PURCHASE],
  [0.12, PIN_DEBIT],
  [0.05, WITHDRAWAL],
  [0.02, CASH_BACK],
  [0.02, INQUIRY],
  [0.01, VERIFICATION],
  [0.02, REFUND],
];

/** Whoever stands badly is declined whatever takes money. */
const DECLINED_MIX: readonly (readonly [share: number, shape: MethodShape])[] = [
  [0.8, PURCHASE],
  [0.15, PIN_DEBIT],
  [0.05, WITHDRAWAL],
];

/** Without its body, which would be kept with it. */
type Raisable = Pick<JitRequest, 'token' | 'transactionToken' | 'orderToken' | 'user'>;

const raisableOf = ({ token, transactionToken, orderToken, user }: JitRequest): Raisable => ({
  token,
  transactionToken,
  orderToken,
  user,
});

const APPROVE = { outcome: 'approve' } as const;
const INQUIRE = { outcome: 'inquire' } as const;

/**
 * What a programme sends on a usual day: a few cards make much of the traffic (Zipf), a tenth is declined, some messages
 * come twice, some raise an authorization of before. What it builds on has been answered, so that every answer is known.
 */
export function createCanonical(source: WorkloadSource): Workload {
  const { users, random } = source;
  if (badUsersOf(users) === 0) throw new RangeError('the canonical workload needs ten users or more');
  const make = createRequestMaker(source);
  const drawGood = createSkew(random, goodUsersOf(users));
  const drawBad = createSkew(random, badUsersOf(users));
  const repeatable = createRecent<readonly [JitRequest, Answer]>(random, 256, 16);
  const raisable = createRecent<Raisable>(random, 256, 4);

  function pick(mix: typeof APPROVED_MIX): MethodShape {
    let left = random();
    for (const [share, shape] of mix) if ((left -= share) < 0) return shape;
    return PURCHASE;
  }

  function declined(): JitRequest {
    const user = badUser(drawBad());
    return make({
      shape: pick(DECLINED_MIX),
      user,
      expected: { outcome: 'decline', reason: earnedReasonOf(user) ?? '' },
    });
  }

  function approved(): JitRequest {
    const base = random() < INCREMENT_SHARE ? raisable.draw() : undefined;
    if (base !== undefined) return make({ shape: INCREMENT, user: base.user, expected: APPROVE, base });
    const shape = pick(APPROVED_MIX);
    return make({ shape, user: goodUser(drawGood()), expected: shape === INQUIRY ? INQUIRE : APPROVE });
  }

  return {
    next() {
      const kind = random();
      if (kind < DECLINED_SHARE) return declined();
      const again = kind < DECLINED_SHARE + REPEATED_SHARE ? repeatable.draw() : undefined;
      return again === undefined ? approved() : { ...again[0], expected: { outcome: 'repeat', of: again[1] } };
    },
    answered(request, status, body) {
      const { outcome } = request.expected;
      // The account has moved on by the time an inquiry is repeated; and what was a repeat is kept already.
      if (outcome === 'approve' || outcome === 'decline') repeatable.see([request, { status, body }]);
      if (outcome === 'approve' && request.method === PURCHASE.method) raisable.see(raisableOf(request));
    },
  };
}
