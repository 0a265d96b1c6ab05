import { row, type RecordTypeRow, withoutMoney } from './record-type-row.ts';

/** Types by which money comes to the cardholder, and what takes it back. */
export const CREDIT_TYPES: readonly RecordTypeRow[] = [
  // Promised first: never spendable before the clearing
  row('5.1', 'refund.authorization', 'expected_credit', 'settlement', 'D', 'C', 'S'),
  row('5.3', 'refund.authorization.advice', 'expected_credit_advice', 'settlement', 'I'),
  row('5.3', 'refund.authorization.reversal', 'expected_credit_reversal', 'settlement', 'O', 'S'),
  row('5.3', 'refund.authorization.clearing', 'credit', 'settlement', 'D', 'C', 'S'),
  row('5.1', 'original.credit.authorization', 'expected_credit', 'settlement', 'D', 'C', 'S'),
  row('5.3', 'original.credit.authorization.reversal', 'expected_credit_reversal', 'settlement', 'O'),
  row('5.3', 'original.credit.authorization.clearing', 'credit', 'settlement', 'C', 'S'),

  // Posted at once
  row('5.3', 'refund', 'credit', 'settlement', 'D', 'C', 'S'),
  row('5.1', 'original.credit.auth_plus_capture', 'credit', 'settlement', 'D', 'S'),
  row('5.3', 'original.credit.auth_plus_capture.reversal', 'credit_reversal', 'settlement', 'O', 'S'),
  row('5.2', 'pindebit.refund', 'credit', 'settlement', 'O', 'S'),
  row('5.3', 'pindebit.refund.reversal', 'credit_reversal', 'settlement', 'I'),
  // Cash at a till: money, although most of what is named `gpa.` is a funding leg.
  row('5.2', 'gpa.credit.networkload', 'credit', 'settlement', 'D'),
  row('5.3', 'gpa.credit.networkload.reversal', 'credit_reversal', 'settlement', 'I'),
  row('5.3', 'directdeposit.credit', 'credit', 'funding', 'O'),
  row('5.3', 'directdeposit.credit.reversal', 'credit_reversal', 'funding', 'O'),
  row('5.3', 'account.credit', 'credit', 'adjustments', 'I'),
  row('5.3', 'pindebit.credit.adjustment', 'credit', 'adjustments', 'I'),

  // Disputes: once per case (money.md *disputes*)
  row('5.3', 'authorization.clearing.chargeback', 'dispute_chargeback', 'disputes', 'D', 'O'),
  row(
    '5.3',
    'authorization.clearing.chargeback.provisional.credit',
    'dispute_provisional_credit',
    'disputes',
    'D',
    'O',
  ),
  row('5.3', 'authorization.clearing.chargeback.provisional.debit', 'dispute_take_back', 'disputes', 'D', 'O'),
  row('5.3', 'authorization.clearing.chargeback.reversal', 'dispute_take_back', 'disputes', 'D', 'O'),
  row('5.3', 'authorization.clearing.chargeback.completed', 'dispute_completed', 'disputes', 'D', 'C'),
  withoutMoney('5.3', 'authorization.clearing.chargeback.writeoff', 'status of a case: who bears the loss', 'D'),
  row('5.3', 'pindebit.chargeback', 'dispute_chargeback', 'disputes', 'O'),
  row('5.3', 'pindebit.chargeback.provisional.credit', 'dispute_provisional_credit', 'disputes', 'I'),
  row('5.3', 'pindebit.chargeback.provisional.debit', 'dispute_take_back', 'disputes', 'I'),
  row('5.3', 'pindebit.chargeback.reversal', 'dispute_take_back', 'disputes', 'O'),
  row('5.3', 'pindebit.chargeback.completed', 'dispute_completed', 'disputes', 'I'),
  withoutMoney('5.3', 'pindebit.chargeback.writeoff', 'status of a case: who bears the loss', 'I'),
  row('5.3', 'dispute.credit', 'dispute_provisional_credit', 'disputes', 'O'),
  row('5.3', 'dispute.debit', 'dispute_take_back', 'disputes', 'O'),
];
