import type { ChainDecision, Counterpart, RecordExceptionReason } from '@freeway/core';

/** Money and limits as they stand booked for one chain, read under the locks of its accounts. */
export interface ChainBooks {
  readonly decisions: readonly BookedDecision[];
  readonly holds: readonly BookedHold[];
  readonly expectedCredits: readonly BookedCredit[];
  readonly counts: readonly BookedCount[];
  readonly postings: readonly BookedPosting[];
  readonly exceptions: readonly BookedException[];
}

export interface CountedLimit {
  readonly limitId: number;
  readonly window: 'day' | 'month';
}

/** A decision as the chain's fold takes it, and what it took from counters. */
export interface BookedDecision extends ChainDecision {
  /** The chain's name, as far as the decision knows it. */
  readonly storedAs: string;
  readonly limits: readonly CountedLimit[];
}

export interface BookedHold {
  readonly accountId: string;
  readonly chainToken: string;
  readonly amountMinor: bigint;
}

export interface BookedCredit {
  readonly accountId: string;
  readonly transactionToken: string;
  readonly amountMinor: bigint;
}

/** What a chain counts beyond its decisions, in one window of one limit. */
export interface BookedCount {
  readonly accountId: string;
  readonly limitId: number;
  /** `YYYY-MM-DD`. */
  readonly windowStart: string;
  readonly amountMinor: bigint;
  readonly count: number;
}

export interface BookedPosting {
  readonly accountId: string;
  readonly transactionToken: string;
  readonly counterpart: Counterpart;
  /** The account's side. */
  readonly amountMinor: bigint;
  /** Ledger transactions so far. */
  readonly times: number;
}

export interface BookedException {
  readonly chainToken: string;
  readonly transactionToken: string;
  readonly reason: RecordExceptionReason;
  readonly state: 'open' | 'explained' | 'resolved';
  readonly amountMinor: bigint;
  readonly accountId: string;
}
