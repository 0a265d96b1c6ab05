import type { OwnerRef } from '../facts.ts';
import type { RecordException } from './record-exception.ts';
import type { Counterpart, RecordEffect, TransactionRecord } from './transaction-record.ts';

/** What our own gateway decided about a transaction, as far as its chain needs it. Only approvals that moved something. */
export interface ChainDecision {
  readonly transactionToken: string;
  /** The chain it was decided in: its own token unless it follows another transaction. */
  readonly chainToken: string;
  readonly effect: 'hold' | 'single' | 'increment' | 'expected_credit';
  readonly amountMinor: bigint;
  readonly accountId: string;
  /** Milliseconds since the epoch: when the platform made the transaction. */
  readonly createdAtMs: number;
  /** Milliseconds since the epoch: the window in which it counted (money.md *window*). */
  readonly countedAtMs: number;
  readonly expiresAtMs?: number;
  /** The limits whose counters it moved; absent where records came before it, so that it moved none. */
  readonly limitIds?: readonly number[];
  /** Told by the operator at the cut-over: the amount is what was left, and the platform's record of it is older. */
  readonly isImported: boolean;
}

/** All that is known of one chain, in any order. */
export interface ChainFacts {
  readonly decisions: readonly ChainDecision[];
  readonly records: readonly TransactionRecord[];
  /** The limits that a chain counts against which no decision of ours opened. */
  readonly limitIds: readonly number[];
}

/** Booked money of one transaction; signed, the account's side. */
export interface ChainPosting {
  readonly transactionToken: string;
  readonly counterpart: Counterpart;
  readonly amountMinor: bigint;
}

export interface ChainExpectedCredit {
  readonly transactionToken: string;
  readonly amountMinor: bigint;
}

/** What a chain comes to (money.md *chains are folds*): a function of its events and of nothing else. */
export interface ChainOutcome {
  /** The transaction that the chain is named by: its first, or the one that its first names and nobody has seen. */
  readonly chainToken: string;
  readonly home: ChainHome;
  readonly hold: {
    readonly amountMinor: bigint;
    readonly messageClass: 'dual' | 'single';
    /** Milliseconds since the epoch; undefined: never by time. */
    readonly expiresAtMs: number | undefined;
  };
  /** Milliseconds since the epoch: the chain's window (money.md *window*). */
  readonly countedAtMs: number;
  readonly expectedCredits: readonly ChainExpectedCredit[];
  /** One for each transaction and counterpart that is not zero. */
  readonly postings: readonly ChainPosting[];
  /** What each limit of the chain counts of it now. */
  readonly counts: {
    readonly limitIds: readonly number[];
    readonly amountMinor: bigint;
    readonly count: number;
  };
  readonly exceptions: readonly RecordException[];
  /** Transactions about which the platform has spoken: their approvals are confirmed, or undone. */
  readonly decided: ReadonlyMap<string, 'approved' | 'refused'>;
  /** Nothing is held or expected, and nothing will be but by a new approval. */
  readonly isClosed: boolean;
}

/** Where a chain books (money.md *chain home*): the account of its first event. */
export interface ChainHome {
  readonly transactionToken: string;
  /** Where our gateway decided it. */
  readonly accountId?: string;
  /** Else whom the platform names. */
  readonly owner?: OwnerRef;
}

/** Order of effects within one instant (money.md *chains are folds*). */
export const EFFECT_ORDER: Readonly<Record<RecordEffect, number>> = {
  hold: 0,
  single: 0,
  expected_credit: 0,
  increment: 1,
  advice: 2,
  expected_credit_advice: 2,
  release: 3,
  expected_credit_reversal: 3,
  clearing: 4,
  debit: 4,
  credit: 4,
  single_reversal: 5,
  credit_reversal: 5,
  dispute_chargeback: 6,
  dispute_provisional_credit: 7,
  dispute_completed: 8,
  dispute_take_back: 9,
  expiry: 10,
  no_money: 11,
  unexplained: 11,
};
