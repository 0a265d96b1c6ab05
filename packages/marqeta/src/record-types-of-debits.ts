import { row, type RecordTypeRow } from './record-type-row.ts';

/** Types by which money leaves the cardholder, and what takes them back. */
export const DEBIT_TYPES: readonly RecordTypeRow[] = [
  // Dual message: a hold, then clearings
  row('5.1', 'authorization', 'hold', 'settlement', 'D', 'C', 'S'),
  row('5.1', 'authorization.incremental', 'increment', 'settlement', 'D', 'C', 'S'),
  row('5.2', 'authorization.atm.withdrawal', 'hold', 'settlement', 'D', 'S'),
  row('5.2', 'authorization.cashback', 'hold', 'settlement', 'D', 'S'),
  row('5.2', 'authorization.quasi.cash', 'hold', 'settlement', 'D', 'S'),
  row('5.3', 'authorization.standin', 'hold', 'settlement', 'D', 'O'),
  // The one type that means two things: its method may make it a release (money.md *type first*).
  row('5.3', 'authorization.advice', 'advice', 'settlement', 'O', 'C', 'P'),
  row('5.3', 'authorization.reversal', 'release', 'settlement', 'D', 'C', 'S'),
  row('5.3', 'authorization.reversal.issuerexpiration', 'expiry', 'settlement', 'D'),
  row('5.3', 'authorization.clearing', 'clearing', 'settlement', 'D', 'C', 'S'),
  row('5.3', 'authorization.clearing.atm.withdrawal', 'clearing', 'settlement', 'O', 'S'),
  row('5.3', 'authorization.clearing.cashback', 'clearing', 'settlement', 'I'),
  row('5.3', 'authorization.clearing.quasi.cash', 'clearing', 'settlement', 'O', 'S'),
  row('5.2', 'pindebit.authorization', 'hold', 'settlement', 'O', 'S'),
  row('5.3', 'pindebit.authorization.clearing', 'clearing', 'settlement', 'O', 'S'),
  row('5.3', 'pindebit.authorization.reversal', 'release', 'settlement', 'O', 'S'),
  row('5.3', 'pindebit.authorization.reversal.issuerexpiration', 'expiry', 'settlement', 'I'),
  row('5.2', 'account.funding.authorization', 'hold', 'settlement', 'D', 'S'),
  row('5.3', 'account.funding.authorization.clearing', 'clearing', 'settlement', 'S'),
  row('5.3', 'account.funding.authorization.reversal', 'release', 'settlement', 'S'),
  // A bill payment asks the gateway for a load (PROTOCOL 5.1), and these are the only types that are named after it.
  row('5.2', 'gpa.credit.authorization.billpayment', 'hold', 'settlement', 'I'),
  row('5.2', 'gpa.credit.billpayment', 'clearing', 'settlement', 'I'),
  row('5.3', 'gpa.credit.authorization.billpayment.reversal', 'release', 'settlement', 'I'),

  // Single message: held while pending, posted at completion
  row('5.2', 'pindebit', 'single', 'settlement', 'D', 'S'),
  row('5.2', 'pindebit.atm.withdrawal', 'single', 'settlement', 'D', 'S'),
  row('5.2', 'pindebit.cashback', 'single', 'settlement', 'S'),
  row('5.2', 'pindebit.quasi.cash', 'single', 'settlement', 'S'),
  row('5.2', 'account.funding.auth_plus_capture', 'single', 'settlement', 'D', 'S'),
  // The machine did not pay out, or paid out less.
  row('5.3', 'pindebit.reversal', 'single_reversal', 'settlement', 'I'),
  row('5.3', 'account.funding.auth_plus_capture.reversal', 'single_reversal', 'settlement', 'S'),

  // Without a hold
  row('5.3', 'gpa.debit.networkload', 'debit', 'settlement', 'I'),
  row('5.3', 'directdeposit.debit', 'debit', 'funding', 'O'),
  row('5.3', 'directdeposit.debit.reversal', 'credit', 'funding', 'O'),
  row('5.3', 'account.debit', 'debit', 'adjustments', 'I'),
  row('5.3', 'pindebit.debit.adjustment', 'debit', 'adjustments', 'I'),
];
