/**
 * Every reason for which Freeway declines, in order of precedence: when several apply, the first one in this list is
 * the answer. The list is closed; `marqeta` maps each to a `decline_reason` of the wire.
 */
export const DECLINE_REASONS = [
  // The message itself
  'token_reused', // the same token with other content (money.md *two keys*)
  'invalid_amount', // negative, too long, too many decimals, not a number (money.md *amount forms*)
  'unknown_currency',
  'method_not_permitted', // the operator's setting refuses this method
  // Who and what it is about
  'unknown_owner',
  'unknown_card',
  'no_account', // the owner has no account in this currency (money.md *payer*)
  // Status (money.md *status*, *account states*)
  'account_closed',
  'account_closing',
  'account_frozen',
  'owner_closed',
  'owner_suspended',
  'owner_blocked',
  'owner_not_active', // only when the operator asks for active owners
  'acting_user_closed',
  'acting_user_suspended',
  'acting_user_blocked',
  'card_terminated',
  'card_stolen',
  'card_lost',
  'card_blocked',
  'card_blocked_by_cardholder',
  'card_suspended',
  'card_not_active', // only when the operator asks for active cards
  'card_expired',
  // Unloads (money.md *unloads*)
  'refund_authorization_disabled',
  'original_credit_disabled',
  'credit_too_large',
  // Controls
  'merchant_category_blocked',
  'transaction_amount_limit',
  'daily_amount_limit',
  'monthly_amount_limit',
  'daily_count_limit',
  'monthly_count_limit',
  // Money
  'insufficient_funds',
  // Not a judgement: the ledger could not answer and the operator chose to decline (money.md *deadline*)
  'ledger_unavailable',
] as const;

export type DeclineReason = (typeof DECLINE_REASONS)[number];

const precedence = new Map<DeclineReason, number>(DECLINE_REASONS.map((reason, index) => [reason, index]));

/** Position in the list: the lower one wins. */
export function precedenceOf(reason: DeclineReason): number {
  return precedence.get(reason) ?? DECLINE_REASONS.length;
}
