import type { MessageKindName } from '../message.ts';
import type { RecordKindName } from '../records/record-kind.ts';
import type { StandIn } from '../records/happening.ts';

/**
 * A life told step by step, in the words of Marqeta's Simulations 2.0 (PROTOCOL section 13), with what each step must do to the
 * ledger. Words of our own say what the sandbox cannot play.
 */
export interface Scenario {
  /** The file's name without its ending. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly account: { readonly currency: string; readonly balanceMinor: bigint };
  readonly steps: readonly ScenarioStep[];
}

/** What a type of the platform is to us: something the gateway is asked about, or a record that follows or comes alone. */
export type StepKind =
  { readonly is: 'request'; readonly kind: MessageKindName } | { readonly is: 'record'; readonly kind: RecordKindName };

export interface ScenarioStep {
  readonly name: string;
  readonly type: string;
  readonly kind: StepKind;
  /** Of an advice: what shall be held in the end. */
  readonly amountMinor: bigint;
  readonly cashBackMinor?: bigint;
  readonly network: string;
  readonly mid: string;
  readonly mcc: string;
  readonly isPreauthorization: boolean;
  readonly fastFunds: boolean;
  /** The step that it follows. */
  readonly follows?: string;
  /** `late`: its answer is not waited for, as far as the platform is concerned. */
  readonly gateway: 'asked' | 'late' | 'not_asked';
  readonly standIn?: StandIn;
  readonly isFinal?: boolean;
  readonly releaseMinor?: bigint;
  readonly part?: { readonly number: number; readonly count: number };
  readonly dispute?: { readonly name: string; readonly creditsUser: boolean };
  readonly expect: StepExpectation;
  /** As it stands in the file, but for the names of other steps: what Simulations 2.0 gets. */
  readonly words: Readonly<Record<string, unknown>>;
}

/** Changes by this step, minor units; reasons on the operator's list. */
export interface StepExpectation {
  readonly answer?: string;
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingMinor: bigint;
  readonly exceptions: readonly string[];
}

/** Types that the gateway is asked about (PROTOCOL sections 5.1 and 5.2). */
export const REQUEST_TYPES: Readonly<Record<string, MessageKindName>> = {
  authorization: 'authorization',
  'authorization.cashback': 'cashback',
  'authorization.atm.withdrawal': 'atm_withdrawal',
  'authorization.incremental': 'increment',
  pindebit: 'pin_debit',
  'pindebit.cashback': 'pin_debit_cashback',
  'refund.authorization': 'refund',
  'original.credit.authorization': 'original_credit',
};

/** Types that only a record tells; for some a word of the step chooses between two readings. */
export const RECORD_TYPES: Readonly<Record<string, RecordKindName>> = {
  'authorization.advice': 'advice_by_total',
  'authorization.reversal': 'partial_reversal',
  'authorization.reversal.issuerexpiration': 'expiry',
  'authorization.clearing': 'clearing',
  'authorization.clearing.atm.withdrawal': 'atm_clearing',
  'pindebit.reversal': 'pin_debit_reversal',
  'pindebit.refund': 'pin_debit_refund',
  refund: 'refund',
  'refund.authorization.clearing': 'refund_clearing',
  'refund.authorization.reversal': 'refund_reversal',
  'original.credit.authorization.clearing': 'original_credit_clearing',
  'original.credit.authorization.reversal': 'original_credit_reversal',
  'authorization.clearing.chargeback': 'chargeback',
  'authorization.clearing.chargeback.provisional.credit': 'provisional_credit',
  'authorization.clearing.chargeback.provisional.debit': 'provisional_debit',
  'authorization.clearing.chargeback.reversal': 'chargeback_reversal',
  'authorization.clearing.chargeback.completed': 'chargeback_completed',
  'pindebit.credit.adjustment': 'credit_adjustment',
  'pindebit.debit.adjustment': 'debit_adjustment',
  'directdeposit.credit': 'direct_deposit',
};
