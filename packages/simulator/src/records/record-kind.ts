import type { Deed } from './deed.ts';
import type { MessageKind } from '../message.ts';

/** One kind of record that the platform sends by webhook: how it reads, and what it does (PROTOCOL sections 5 and 11). */
export interface RecordKind {
  readonly deed: Deed;
  readonly type: string;
  /** Absent where the enum of methods has none: then the type alone says what it is. */
  readonly method?: string;
  /** Money out of the account travels in `gpa_order`, money in in `gpa_order_unload`; some records have neither. */
  readonly order?: 'gpa_order' | 'gpa_order_unload';
  readonly state: 'PENDING' | 'CLEARED' | 'COMPLETION';
  /** Sign of `impacted_amount` (PROTOCOL section 5.5); 0: the member is absent. */
  readonly impact: -1 | 0 | 1;
}

const load = { order: 'gpa_order' } as const;
const unload = { order: 'gpa_order_unload' } as const;
const pending = { state: 'PENDING' } as const;
const cleared = { state: 'CLEARED' } as const;
const final = { state: 'COMPLETION' } as const;

const REVERSAL = { ...load, method: 'pgfs.authorization.reversal', impact: 1 } as const;
const CHARGEBACK = 'authorization.clearing.chargeback';

/** What can follow an authorization, or come without one. */
export const RECORD_KINDS = {
  // A published capture: the method says reversal, the amount of the funding is what is released.
  advice_by_difference: {
    ...REVERSAL,
    ...pending,
    deed: 'give_back',
    type: 'authorization.advice',
    impact: -1,
  },
  advice_by_total: {
    ...load,
    ...pending,
    deed: 'set_hold',
    type: 'authorization.advice',
    method: 'pgfs.authorization.advice',
    impact: -1,
  },
  partial_reversal: { ...REVERSAL, ...pending, deed: 'give_back', type: 'authorization.reversal' },
  full_reversal: { ...REVERSAL, ...cleared, deed: 'give_all_back', type: 'authorization.reversal' },
  expiry: { ...REVERSAL, ...cleared, deed: 'lapse', type: 'authorization.reversal.issuerexpiration' },
  clearing: {
    ...load,
    ...final,
    deed: 'clear',
    type: 'authorization.clearing',
    method: 'pgfs.authorization.capture',
    impact: -1,
  },
  atm_clearing: {
    ...load,
    ...final,
    deed: 'clear',
    type: 'authorization.clearing.atm.withdrawal',
    method: 'pgfs.atm.clearing.withdrawal',
    impact: -1,
  },
  force_post: {
    ...load,
    ...final,
    deed: 'clear',
    type: 'authorization.clearing',
    method: 'pgfs.force_capture',
    impact: -1,
  },
  // PROTOCOL section 5.3: the enum of methods has none for these, so they come with an order that has no funding.
  pin_debit_reversal: { ...unload, ...final, deed: 'undo_single', type: 'pindebit.reversal', impact: 1 },
  pin_debit_refund: {
    ...unload,
    ...final,
    deed: 'credit',
    type: 'pindebit.refund',
    method: 'pgfs.pindebit.refund',
    impact: 1,
  },
  refund: { ...unload, ...final, deed: 'credit', type: 'refund', method: 'pgfs.refund', impact: 1 },
  refund_clearing: {
    ...unload,
    ...final,
    deed: 'credit',
    type: 'refund.authorization.clearing',
    method: 'pgfs.refund',
    impact: 1,
  },
  refund_reversal: {
    ...unload,
    ...cleared,
    deed: 'take_promise_back',
    type: 'refund.authorization.reversal',
    method: 'pgfs.refund.authorization.reversal',
    impact: -1,
  },
  original_credit_clearing: {
    ...unload,
    ...final,
    deed: 'credit',
    type: 'original.credit.authorization.clearing',
    method: 'pgfs.original.credit.authorization.clearing',
    impact: 1,
  },
  original_credit_reversal: {
    ...unload,
    ...cleared,
    deed: 'take_promise_back',
    type: 'original.credit.authorization.reversal',
    method: 'pgfs.original.credit.authorization.reversal',
    impact: -1,
  },
  chargeback: {
    ...unload,
    ...final,
    deed: 'chargeback',
    type: CHARGEBACK,
    method: 'pgfs.authorization.capture.chargeback',
    impact: 1,
  },
  provisional_credit: {
    ...unload,
    ...final,
    deed: 'provisional_credit',
    type: `${CHARGEBACK}.provisional.credit`,
    method: 'pgfs.authorization.capture.chargeback',
    impact: 1,
  },
  provisional_debit: {
    ...load,
    ...final,
    deed: 'take_credit_back',
    type: `${CHARGEBACK}.provisional.debit`,
    method: 'pgfs.authorization.capture.chargeback.reversal',
    impact: -1,
  },
  chargeback_reversal: {
    ...load,
    ...final,
    deed: 'take_credit_back',
    type: `${CHARGEBACK}.reversal`,
    method: 'pgfs.authorization.capture.chargeback.reversal',
    impact: -1,
  },
  // A captured case event had no order at all.
  chargeback_completed: { ...final, deed: 'case_completed', type: `${CHARGEBACK}.completed`, impact: 1 },
  credit_adjustment: { ...unload, ...final, deed: 'credit', type: 'pindebit.credit.adjustment', impact: 1 },
  debit_adjustment: { ...load, ...final, deed: 'debit', type: 'pindebit.debit.adjustment', impact: -1 },
  direct_deposit: {
    ...unload,
    ...final,
    deed: 'credit',
    type: 'directdeposit.credit',
    method: 'pgfs.directdeposit.credit',
    impact: 1,
  },
} as const satisfies Record<string, RecordKind>;

export type RecordKindName = keyof typeof RECORD_KINDS;

/** The record of a transaction that a gateway was asked about: same type, same method (PROTOCOL section 6). */
export function recordKindOf({ effect, type, method, order, isSingle }: MessageKind): RecordKind {
  const wire = { type, method, order };
  switch (effect) {
    case 'balance_inquiry':
      return { ...wire, ...cleared, deed: 'nothing', impact: 0 };
    case 'verification':
      return { ...wire, ...pending, deed: 'hold', impact: 0 };
    case 'expected_credit':
      return { ...wire, ...pending, deed: 'promise', impact: 1 };
    case 'increment':
      return { ...wire, ...pending, deed: 'hold_more', impact: -1 };
    case 'hold':
      return isSingle
        ? { ...wire, ...final, deed: 'single', impact: -1 }
        : { ...wire, ...pending, deed: 'hold', impact: -1 };
  }
}

/** What Commando decided in the gateway's place (PROTOCOL section 9.1). Whether its type differs is not settled publicly. */
export function standInKindOf(kind: MessageKind, hasOwnType: boolean): RecordKind {
  const usual = recordKindOf(kind);
  if (kind.isSingle) return { ...usual, method: 'pgfs.auth_plus_capture.standin' };
  const type = hasOwnType && usual.deed === 'hold' ? 'authorization.standin' : usual.type;
  return { ...usual, type, method: 'pgfs.authorization.standin' };
}
