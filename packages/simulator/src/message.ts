import type { AmountForm } from './decimal-money.ts';
import type { Merchant } from './merchants.ts';
import type { OwnerRef } from './programme.ts';

/** What a message does to the account when approved (PROTOCOL sections 5.1 and 5.2, money.md *Debits and credits*). */
export type Effect = 'hold' | 'increment' | 'expected_credit' | 'verification' | 'balance_inquiry';

/** One kind of request that the platform sends to a gateway: how it reads on the wire, and what it does. */
export interface MessageKind {
  readonly effect: Effect;
  readonly type: string;
  readonly method: string;
  /** Money out travels in `gpa_order`, money in in `gpa_order_unload` (PROTOCOL section 3.2). */
  readonly order: 'gpa_order' | 'gpa_order_unload';
  readonly subnetwork: string;
  /** A dual-message authorization: the only kind that increments follow. */
  readonly extendable?: true;
  /** Authorization and clearing in one message: its record posts. */
  readonly isSingle?: true;
}

const load = { order: 'gpa_order' } as const;

/** The kinds in play, by the name that reports use. */
export const MESSAGE_KINDS = {
  authorization: {
    ...load,
    effect: 'hold',
    type: 'authorization',
    method: 'pgfs.authorization',
    subnetwork: 'VISANET',
    extendable: true,
  },
  cashback: {
    ...load,
    effect: 'hold',
    type: 'authorization.cashback',
    method: 'pgfs.authorization.cashback',
    subnetwork: 'VISANETDEBIT',
  },
  atm_withdrawal: {
    ...load,
    effect: 'hold',
    type: 'authorization.atm.withdrawal',
    method: 'pgfs.atm.withdrawal',
    subnetwork: 'VISAPLUS',
  },
  increment: {
    ...load,
    effect: 'increment',
    type: 'authorization.incremental',
    method: 'pgfs.authorization.incremental',
    subnetwork: 'VISANET',
  },
  auth_plus_capture: {
    ...load,
    effect: 'hold',
    type: 'pindebit',
    method: 'pgfs.auth_plus_capture',
    subnetwork: 'VISAINTERLINK',
    isSingle: true,
  },
  pin_debit: {
    ...load,
    effect: 'hold',
    type: 'pindebit',
    method: 'pgfs.pindebit',
    subnetwork: 'VISAINTERLINK',
    isSingle: true,
  },
  pin_debit_cashback: {
    ...load,
    effect: 'hold',
    type: 'pindebit.cashback',
    method: 'pgfs.pindebit.cashback',
    subnetwork: 'VISAINTERLINK',
    isSingle: true,
  },
  refund: {
    effect: 'expected_credit',
    type: 'refund.authorization',
    method: 'pgfs.refund.authorization',
    order: 'gpa_order_unload',
    subnetwork: 'VISANET',
  },
  original_credit: {
    effect: 'expected_credit',
    type: 'original.credit.authorization',
    method: 'pgfs.original.credit.authorization',
    order: 'gpa_order_unload',
    subnetwork: 'VISANET',
  },
  zero_authorization: {
    ...load,
    effect: 'verification',
    type: 'authorization',
    method: 'pgfs.authorization',
    subnetwork: 'VISANET',
  },
  verification: {
    ...load,
    effect: 'verification',
    type: 'authorization',
    method: 'pgfs.authorization.account_verification',
    subnetwork: 'VISANET',
  },
  balance_inquiry: {
    ...load,
    effect: 'balance_inquiry',
    type: 'balanceinquiry',
    method: 'pgfs.balanceinquiry',
    subnetwork: 'VISAPLUS',
  },
  pin_balance_inquiry: {
    ...load,
    effect: 'balance_inquiry',
    type: 'pindebit.balanceinquiry',
    method: 'pgfs.balanceinquiry',
    subnetwork: 'VISAPLUS',
  },
} as const satisfies Record<string, MessageKind>;

export type MessageKindName = keyof typeof MESSAGE_KINDS;

export function isKindName(name: string): name is MessageKindName {
  return Object.hasOwn(MESSAGE_KINDS, name);
}

/** One funding request, before it is written as a body. Everything the model needs to know of it. */
export interface Message {
  readonly kind: MessageKind;
  readonly transactionToken: string;
  /** `jit_funding.token`: new for every message (PROTOCOL section 6). */
  readonly messageToken: string;
  readonly payer: OwnerRef;
  readonly userToken: string;
  readonly cardToken: string;
  readonly lastFour: string;
  /** Decimal text in major units; for a bad amount whatever shall be sent. */
  readonly amountText: string;
  readonly amountForm: AmountForm | 'as_is';
  readonly currency: string;
  readonly merchant: Merchant;
  /** `issuer_received_time`: selects the windows of counters (money.md *window*). */
  readonly receivedAtMs: number;
  /** The first authorization of the chain that an increment extends. */
  readonly extends?: { readonly transactionToken: string; readonly messageToken: string };
  /** What of the amount is cash, minor units. */
  readonly cashBackMinor?: bigint;
  /** VISA unless it says so. */
  readonly network?: string;
  /** The hold is expected to change. */
  readonly isPreauthorization?: true;
  /** An original credit whose money must be usable at once (PROTOCOL section 5.1). */
  readonly fastFunds?: true;
  /** Transaction Model v1 or v2 (PROTOCOL section 3.5). */
  readonly model: 1 | 2;
}
