import type { RequestKind } from '@freeway/core';

/** Which order carries the funding: a load moves money away from the cardholder, an unload towards (PROTOCOL 3.4). */
export type OrderSide = 'load' | 'unload';

/** PROTOCOL's evidence tags: documented, OpenAPI, captured, simulated, reported by practitioners, inferred. */
export type Evidence = 'D' | 'O' | 'C' | 'S' | 'P' | 'I';

export interface MethodRow {
  readonly method: string;
  readonly kind: RequestKind;
  /** The side on which the method means `kind`; `either` for what moves no money. */
  readonly side: OrderSide | 'either';
  /** Section of PROTOCOL that lists the method. */
  readonly section: '5.1' | '5.2' | '5.3';
  /** What supports that the method reaches the gateway (5.1, 5.2) or is only notified (5.3). */
  readonly evidence: readonly Evidence[];
}

function row(
  section: MethodRow['section'],
  method: string,
  kind: RequestKind,
  side: MethodRow['side'],
  ...evidence: Evidence[]
): MethodRow {
  return { method, kind, side, section, evidence };
}

/** Every method of the official enum, once. `requestKindOf` reads it. */
export const METHODS: readonly MethodRow[] = [
  // 5.1 Confirmed actionable
  row('5.1', 'pgfs.authorization', 'authorization', 'load', 'D', 'C'),
  row('5.1', 'pgfs.authorization.incremental', 'increment', 'load', 'D', 'C'),
  row('5.1', 'pgfs.auth_plus_capture', 'single_message', 'load', 'D'),
  row('5.1', 'pgfs.balanceinquiry', 'balance_inquiry', 'either', 'D'), // order: NOT FOUND
  row('5.1', 'pgfs.billpayment', 'authorization', 'load', 'D'),
  row('5.1', 'pgfs.billpayment.capture', 'single_message', 'load', 'D'),
  row('5.1', 'pgfs.original.credit.authorization', 'original_credit', 'unload', 'D', 'C'),
  // An original credit too, so that the operator's setting and maximum apply (money.md *unloads*).
  row('5.1', 'pgfs.original.credit.auth_plus_capture', 'original_credit', 'unload', 'D', 'I'),
  row('5.1', 'pgfs.refund.authorization', 'refund_authorization', 'unload', 'D', 'C'),

  // 5.2 Not settled publicly
  row('5.2', 'pgfs.authorization.account_verification', 'verification', 'either', 'I'),
  row('5.2', 'pgfs.authorization.cashback', 'authorization', 'load', 'I'),
  row('5.2', 'pgfs.authorization.quasi.cash', 'authorization', 'load', 'I'),
  row('5.2', 'pgfs.atm.withdrawal', 'authorization', 'load', 'I'),
  row('5.2', 'pgfs.pindebit', 'single_message', 'load', 'I'),
  row('5.2', 'pgfs.pindebit.cashback', 'single_message', 'load', 'I'),
  row('5.2', 'pgfs.pindebit.atm.withdrawal', 'single_message', 'load', 'I'),
  row('5.2', 'pgfs.pindebit.quasi.cash', 'single_message', 'load', 'I'),
  row('5.2', 'pgfs.pindebit.authorization', 'authorization', 'load', 'I'),
  row('5.2', 'pgfs.pindebit.balanceinquiry', 'balance_inquiry', 'either', 'I'),
  row('5.2', 'pgfs.pindebit.refund', 'credit', 'unload', 'I'),
  row('5.2', 'pgfs.network.load', 'credit', 'unload', 'I'),
  row('5.2', 'pgfs.product.inquiry', 'notice', 'either', 'O'),

  // 5.3 Notifications: acknowledged if one reaches the gateway (PROTOCOL 7.1); their records book
  row('5.3', 'pgfs.authorization.capture', 'notice', 'either', 'D', 'O'),
  row('5.3', 'pgfs.authorization.clearing', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.authorization.reversal', 'notice', 'either', 'D', 'C'),
  row('5.3', 'pgfs.authorization.advice', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.force_capture', 'notice', 'either', 'D'),
  row('5.3', 'pgfs.refund', 'notice', 'either', 'D', 'C'),
  row('5.3', 'pgfs.refund.authorization.clearing', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.refund.authorization.reversal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.original.credit.authorization.clearing', 'notice', 'either', 'C'),
  row('5.3', 'pgfs.original.credit.authorization.reversal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.atm.clearing.withdrawal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.authorization.clearing.quasi.cash', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.pindebit.authorization.clearing', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.pindebit.authorization.reversal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.billpayment.reversal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.authorization.capture.chargeback', 'notice', 'either', 'O', 'D'),
  row('5.3', 'pgfs.authorization.capture.chargeback.reversal', 'notice', 'either', 'O', 'D'),
  row('5.3', 'pgfs.pindebit.chargeback', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.pindebit.chargeback.reversal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.dispute.credit', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.dispute.debit', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.directdeposit.credit', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.directdeposit.debit', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.directdeposit.credit.reversal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.directdeposit.debit.reversal', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.adjustment.credit', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.adjustment.debit', 'notice', 'either', 'O'),
  row('5.3', 'pgfs.authorization.standin', 'notice', 'either', 'O', 'D'),
  row('5.3', 'pgfs.auth_plus_capture.standin', 'notice', 'either', 'O', 'D'),
];

/**
 * Account funding (a pull from the card): which method the platform sends was not found publicly, so under a method
 * that METHODS does not list the transaction's `type` decides (PROTOCOL 5.2).
 */
export const ACCOUNT_FUNDING_TYPES: ReadonlyMap<string, RequestKind> = new Map([
  ['account.funding.authorization', 'authorization'],
  ['account.funding.auth_plus_capture', 'single_message'],
]);
