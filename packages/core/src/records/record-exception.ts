/** Why a record is on the list that an operator works through. Closed; each is a sentence in `docs/operations.md`. */
export const RECORD_EXCEPTIONS = [
  // Nothing was booked
  'unknown_type', // no row of the type table, a success code and an amount (money.md *type first*)
  'contradictory_outcome', // state and response code do not agree (money.md *outcome*)
  'invalid_amount', // no amount, or one that is no number, negative or too large
  'unknown_currency',
  // Booked, and worth a look
  'amount_rounded', // more decimals than the currency has (money.md *amount forms*)
  'no_account', // booked to the suspense account of its currency (money.md *nobody's money*)
  'account_closed', // booked to an account that is closed (money.md *account states*)
  'missing_parent', // names a transaction that we do not know (money.md *chains are folds*)
  'cleared_beyond_hold', // more was cleared than was held
  'cleared_without_hold', // cleared when nothing was held any more: after release, reversal or expiry
  // Booked in part: the rest is not explained
  'released_beyond_hold',
  'advice_after_close', // a closed chain holds again only by a new approval
  'reversed_beyond_posted',
  'disputed_twice', // the case had its credit already (money.md *disputes*)
] as const;

export type RecordExceptionReason = (typeof RECORD_EXCEPTIONS)[number];

export interface RecordException {
  readonly transactionToken: string;
  readonly reason: RecordExceptionReason;
  /** What is not explained, or what was booked in spite of it, minor units. */
  readonly amountMinor: bigint;
}
