import type { AmountFault } from '../decimal.ts';
import type { OwnerRef } from '../facts.ts';

/**
 * What a record of the platform does to the ledger (money.md *type first*): the transaction's type chooses it, in one
 * table of `marqeta`. All but `no_money` and `unexplained` are steps of a chain.
 */
export type RecordEffect =
  | 'hold' // dual-message authorization
  | 'single' // single-message debit: held while pending, posted at completion
  | 'increment' // more on the chain's hold
  | 'advice' // sets the chain's hold to the amount
  | 'release' // gives back part of the hold, or all of it
  | 'clearing' // posts a debit and takes it from the hold
  | 'expiry' // the platform closes what is left of the hold
  | 'single_reversal' // gives back a single message, whole or part
  | 'expected_credit' // refund authorization, original credit: promised, not spendable
  | 'expected_credit_advice' // sets the promised amount
  | 'expected_credit_reversal' // takes the promise back, or the money where it was posted already
  | 'credit' // posts a credit; what was promised of it is no longer expected
  | 'credit_reversal' // takes a posted credit back
  | 'debit' // posts a debit that has no hold
  | 'dispute_provisional_credit'
  | 'dispute_chargeback' // credits only where the platform says so (money.md *disputes*)
  | 'dispute_completed'
  | 'dispute_take_back'
  | 'no_money'
  | 'unexplained';

/** money.md *outcome*. `contradictory`: state and response code do not agree, and nothing is booked. */
export type RecordOutcome = 'approved' | 'refused' | 'contradictory';

/** The other side of booked money (money.md *Books*). */
export type Counterpart = 'settlement' | 'funding' | 'fees' | 'adjustments' | 'disputes' | 'suspense';

/** What the platform says happened to one transaction, in our words. Immutable, and everything that booking it needs. */
export interface TransactionRecord {
  readonly transactionToken: string;
  /** The platform's type and state, kept for the record; nothing decides on them any more. */
  readonly type: string;
  readonly state: string;
  /** The platform's running number, decimal digits; orders what happened within one second. */
  readonly identifier?: string;
  /** `sweeper`: evidence of our own where the platform is silent (money.md *doubt*, *expiry*); the platform's word beats it. */
  readonly source: 'platform' | 'sweeper';
  readonly effect: RecordEffect;
  readonly outcome: RecordOutcome;
  /** Minor units, of the funding where there is one (money.md *type first*). 0n when `amountFault` is set. */
  readonly amountMinor: bigint;
  readonly amountFault?: AmountFault | 'missing';
  /** The amount had more decimals than its currency and was rounded half-even (money.md *amount forms*). */
  readonly isRounded: boolean;
  /** Empty when the record names none that could be one. */
  readonly currency: string;
  readonly counterpart: Counterpart;
  /** Who pays (money.md *payer*). */
  readonly owner?: OwnerRef;
  readonly actingUserToken?: string;
  readonly cardToken?: string;
  readonly links: RecordLinks;
  /** Milliseconds since the epoch: the platform's `created_time`, by which a chain is ordered. */
  readonly createdAtMs: number;
  /** Milliseconds since the epoch: selects the counters' windows (money.md *window*). */
  readonly countedAtMs: number;
  /** COMPLETION: final. A single message posts only then. */
  readonly isCompleted: boolean;
  /** A reversal that closes its chain, as opposed to a partial one. */
  readonly isFullReversal: boolean;
  /** Approved in our place (money.md *outcome*). */
  readonly isStandIn: boolean;
  readonly fastFunds: boolean;
  readonly hold?: HoldTerms;
  readonly clearing?: ClearingTerms;
  readonly dispute?: DisputeTerms;
  readonly settlement: SettlementFields;
}

/** How a record says what it belongs to (PROTOCOL 6). */
export interface RecordLinks {
  /** The token of its own JIT message. */
  readonly messageToken?: string;
  /** Transactions that it names as coming before it, nearest first. */
  readonly parentTransactionTokens: readonly string[];
  /** JIT messages that it names as coming before it. */
  readonly parentMessageTokens: readonly string[];
  /** The funding-leg transaction that mirrors it (money.md *funding leg*). */
  readonly fundingLegToken?: string;
  /** Shared by a chain; only looked at where a follow-up names no parent. */
  readonly orderToken?: string;
  readonly lifecycleId?: string;
  readonly acquirerReference?: string;
}

/** What says how long a hold lives (money.md *expiry*) and what becomes of its residue (money.md *residue*). */
export interface HoldTerms {
  /** Milliseconds since the epoch, by the platform's word. */
  readonly expiresAtMs?: number;
  readonly lifeCycleDays?: number;
  readonly isPreauthorization: boolean;
  /** Four-character category code. */
  readonly merchantCategory?: string;
  readonly isCardPresent?: boolean;
}

export interface ClearingTerms {
  readonly isFinal?: boolean;
  /** What else to release, minor units, where the platform says so. */
  readonly releaseMinor?: bigint;
  /** Clearing n of m. */
  readonly part?: { readonly number: number; readonly count: number };
}

export interface DisputeTerms {
  readonly caseToken: string;
  /** The platform says that the cardholder is credited, and brings the order that does it. */
  readonly creditsCardholder: boolean;
}

/** What a ledger transaction keeps of its record (money.md *Books*). Texts as they came. */
export interface SettlementFields {
  readonly network?: string;
  /** `YYYY-MM-DD`. */
  readonly settlementDate?: string;
  /** Milliseconds since the epoch. */
  readonly userTimeMs?: number;
  readonly networkReferenceId?: string;
  readonly batchNumber?: string;
  readonly originalAmount?: string;
  readonly originalCurrency?: string;
  readonly conversionRate?: string;
}
