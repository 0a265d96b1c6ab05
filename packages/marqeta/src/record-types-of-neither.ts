import { type RecordTypeRow, unexplained, withoutMoney } from './record-type-row.ts';

const LEG = 'the funding leg of a card transaction, which books itself';
const NOT_YET = 'announced: its own type follows when money moves';
const NEVER = 'refused before money moved';
const FEE = 'a fee between programme and platform';
const RESERVE = "the programme's own money at the platform";
const STATUS = 'asks or changes something about the card, and no money';

/** Types that move no money of a cardholder's account here. */
export const MONEYLESS_TYPES: readonly RecordTypeRow[] = [
  withoutMoney('5.1', 'balanceinquiry', STATUS, 'D'),
  withoutMoney('5.1', 'pindebit.balanceinquiry', STATUS, 'D', 'S'),
  withoutMoney('5.2', 'pindebit.checkavs', STATUS, 'I'),
  withoutMoney('5.2', 'product.inquiry', STATUS, 'O'),
  withoutMoney('5.4', 'gpa.credit.authorization', LEG, 'O', 'I'),
  withoutMoney('5.4', 'gpa.credit.authorization.reversal', LEG, 'I'),
  withoutMoney('5.4', 'gpa.debit.authorization', LEG, 'I'),
  withoutMoney('5.4', 'gpa.debit.reversal', LEG, 'I'),
  withoutMoney('5.4', 'gpa.credit.pending', NOT_YET, 'I'),
  withoutMoney('5.4', 'gpa.credit.pending.reversal', NOT_YET, 'I'),
  withoutMoney('5.4', 'gpa.debit.pending', NOT_YET, 'I'),
  withoutMoney('5.4', 'gpa.debit.pending.reversal', NOT_YET, 'I'),
  withoutMoney('5.4', 'directdeposit.credit.pending', NOT_YET, 'I'),
  withoutMoney('5.4', 'directdeposit.credit.pending.reversal', NOT_YET, 'I'),
  withoutMoney('5.4', 'directdeposit.credit.reject', NEVER, 'I'),
  withoutMoney('5.4', 'directdeposit.debit.pending', NOT_YET, 'I'),
  withoutMoney('5.4', 'directdeposit.debit.pending.reversal', NOT_YET, 'I'),
  withoutMoney('5.4', 'directdeposit.debit.reject', NEVER, 'I'),
  // Programmes with Gateway JIT cannot have the platform take fees from a transaction (PROTOCOL 2.2).
  withoutMoney('5.4', 'fee.charge', FEE, 'D'),
  withoutMoney('5.4', 'fee.charge.pending', FEE, 'D'),
  withoutMoney('5.4', 'fee.charge.refund', FEE, 'D'),
  withoutMoney('5.4', 'fee.charge.reversal', FEE, 'D'),
  withoutMoney('5.4', 'fee.charge.waived', FEE, 'D'),
  withoutMoney('5.4', 'fee.collection.credit', FEE, 'I'),
  withoutMoney('5.4', 'fee.collection.debit', FEE, 'I'),
  withoutMoney('5.4', 'transfer.fee', FEE, 'I'),
  withoutMoney('5.4', 'programreserve.credit', RESERVE, 'I'),
  withoutMoney('5.4', 'programreserve.debit', RESERVE, 'I'),
  withoutMoney('5.4', 'transfer.program', RESERVE, 'I'),
  withoutMoney('5.4', 'token.activation-request', STATUS, 'I'),
  withoutMoney('5.4', 'token.advice', STATUS, 'I'),
  withoutMoney('5.4', 'authorization.pin.change', STATUS, 'I'),
  withoutMoney('5.4', 'authorization.pin.unblock', STATUS, 'I'),
  withoutMoney('5.4', 'pindebit.pin.change', STATUS, 'I'),
  withoutMoney('5.4', 'pindebit.pin.unblock', STATUS, 'I'),
  withoutMoney('5.4', 'pin.change.reversal', STATUS, 'I'),
  withoutMoney('5.4', 'pin.change.reversal.advice', STATUS, 'I'),
  withoutMoney('5.4', 'pin.change.via.api', STATUS, 'I'),
];

const PLATFORM_BALANCE =
  "moves the balance at the platform, past the gateway; as a card's funding leg it is known by its token";
const BANK_ACCOUNT = 'of a bank account at the platform, whose money is not known to be here';

/** Types that are published and that nobody explains: with a success code and an amount an operator has to look. */
export const UNEXPLAINED_TYPES: readonly RecordTypeRow[] = [
  ...[
    'gpa.credit',
    'gpa.credit.reversal',
    'gpa.debit',
    'gpa.grant',
    'gpa.credit.issueroperator',
    'gpa.debit.issueroperator',
    'gpa.credit.chargeback',
    'gpa.credit.chargeback.reversal',
    'funds.expire',
    'reward.earn',
    'transfer.peer',
  ].map((type) => unexplained(type, PLATFORM_BALANCE)),
  ...[
    'transfer.from.checking.hold',
    'transfer.from.checking.clear',
    'transfer.to.checking.open',
    'transfer.to.checking.clear',
    'transfer.from.savings.hold',
    'transfer.from.savings.clear',
    'transfer.to.savings.open',
    'transfer.to.savings.clear',
    'fps.debit.hold',
    'fps.debit.hold.reverse',
    'fps.debit.clear',
    'fps.debit.clear.reverse',
    'fps.credit.open',
    'fps.credit.open.reverse',
    'fps.credit.clear',
    'fps.credit.clear.reverse',
    'open.banking.fps.debit.hold',
    'open.banking.fps.debit.hold.reverse',
    'open.banking.fps.debit.clear',
    'open.banking.fps.debit.clear.reverse',
    'interest.posting.clear',
    'interest.posting.clear.reverse',
    'interest.posting.adjustment',
  ].map((type) => unexplained(type, BANK_ACCOUNT)),
  unexplained('pindebit.transfer', 'between two accounts of one card; which of them is here is not published'),
  unexplained('transit.offer', 'what it does is not published'),
  unexplained('unknown', 'the platform itself does not know'),
];
