import type { DeclineReason } from './decline-reason.ts';
import type { LimitWindow } from './facts.ts';

/** What an approval asks the ledger to do, checks included: the ledger may still decline. */
export interface Reservation {
  /**
   * `hold`: money set aside now. `expected_credit`: money promised, never spendable before its record.
   * `none`: nothing moves (verification, inquiry, notice).
   */
  readonly effect: 'hold' | 'expected_credit' | 'none';
  /** A single-message hold never expires by time (money.md *nothing is posted on our own word*). */
  readonly messageClass: 'dual' | 'single';
  /** Counters to move, each with the bounds to check under the account's lock; the ledger picks the reason. */
  readonly counters: readonly CounterDemand[];
  /** For an increment: the smallest per-transaction limit, which looks at the chain's total (money.md *Counters*). */
  readonly chainMaxMinor?: bigint;
}

/** Take `amountMinor` and `count` from one limit in one window, if its bounds allow. */
export interface CounterDemand {
  readonly limitId: number;
  readonly window: Exclude<LimitWindow, 'transaction'>;
  /** First day of the window, `YYYY-MM-DD`, UTC. */
  readonly windowStart: string;
  readonly amountMinor: bigint;
  /** 1, or 0 for an increment (money.md *back in full*). */
  readonly count: number;
  readonly maxAmountMinor?: bigint;
  readonly maxCount?: number;
}

/** The pure core's word. A decline is a value, not an exception. */
export type Decision =
  | { readonly outcome: 'approve'; readonly reservation: Reservation }
  | { readonly outcome: 'decline'; readonly reason: DeclineReason; readonly limitId?: number };

/** The operator's choices that a decision depends on. */
export interface DecisionPolicy {
  readonly refundAuthorizationEnabled: boolean;
  readonly originalCreditEnabled: boolean;
  /** Largest original credit, minor units; undefined: no maximum. Required reading beside `originalCreditEnabled`. */
  readonly originalCreditMaxMinor?: bigint;
  /** `decline`: a card that the ledger does not know is refused. `adopt`: it is taken over from the platform's word. */
  readonly unknownCard: 'decline' | 'adopt';
  /** Decline cards that our copy does not show as active, and owners likewise (money.md *status*; default no). */
  readonly requireActive: boolean;
}
