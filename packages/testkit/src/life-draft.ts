import type { ClearingTerms, HoldTerms, RecordEffect, TransactionRecord } from '@freeway/core';

/** What a chain can begin with. `clearing`: a force post. */
export type Opening =
  'hold' | 'single' | 'expected_credit' | 'original_credit' | 'credit' | 'debit' | 'clearing' | 'unexplained';

/** What our gateway did with a request. `silent`: the request never reached us. */
export type GatewayPart = 'approved' | 'declined' | 'silent';

/** One word of the platform about a transaction; there may be several, or none. */
export interface WordDraft {
  readonly outcome: TransactionRecord['outcome'];
  /** Another amount than was asked for. */
  readonly otherMinor: bigint | undefined;
  readonly fault: 'missing' | 'unknown_currency' | undefined;
  readonly isRounded: boolean;
  readonly isCompleted: boolean;
  readonly isSweeper: boolean;
  /** It has the platform's running number. */
  readonly isNumbered: boolean;
  readonly delayMs: number;
}

/** How a step says what it follows. `stranger`: a transaction that nobody knows. `nobody`: not at all. */
export type LinkDraft = 'first' | 'previous' | 'message' | 'order' | 'reference' | 'stranger' | 'nobody';

/** What follows the first transaction of a life. */
export interface StepDraft {
  /** Selects among what usually follows; or the effect itself. */
  readonly effect: number | RecordEffect;
  readonly amountMinor: bigint;
  readonly gapMs: number;
  readonly link: LinkDraft;
  readonly gateway: GatewayPart;
  /** The caller was told no before it landed, so that it is undone. */
  readonly isVoided: boolean;
  readonly words: readonly WordDraft[];
  readonly isFull: boolean;
  readonly clearing: ClearingTerms;
  readonly caseToken: string;
  readonly creditsCardholder: boolean;
  /** The card has moved to somebody else by then. */
  readonly namesOther: boolean;
  readonly isForeign: boolean;
  /** What mirrors it as a transaction of its own. */
  readonly leg: RecordEffect | undefined;
}

export interface LifeDraft {
  readonly payer: number;
  readonly opening: Opening;
  readonly gateway: GatewayPart;
  /** The caller was told no before it landed, so that it is undone. */
  readonly isVoided: boolean;
  readonly amountMinor: bigint;
  readonly card: string;
  readonly atMs: number;
  readonly terms: HoldTerms | undefined;
  readonly fastFunds: boolean;
  readonly words: readonly WordDraft[];
  readonly steps: readonly StepDraft[];
  /** Its acquirer reference is also that of other lives. */
  readonly sharesReference: boolean;
}

/** What an operator does about one of the lives, in a list of events. */
export interface AssignmentDraft {
  readonly life: number;
  readonly payer: number;
  readonly place: number;
}
