import type { MessageKindName } from './message.ts';

/**
 * What can be played: a kind of message, or a trial. `repeat`: the very same message. `new_message`: the same
 * transaction under a new JIT token. `token_reuse`: the same token with another amount. `at_limit`, `over_limit`: the
 * largest amount that limits and funds allow, and one minor unit more. `bad_currency`: one that ISO 4217 does not know;
 * `foreign_currency`: one in which the owner has no account.
 */
export type Play =
  | MessageKindName
  | 'repeat'
  | 'new_message'
  | 'token_reuse'
  | 'unknown_card'
  | 'unknown_user'
  | 'over_limit'
  | 'at_limit'
  | 'bad_amount'
  | 'bad_currency'
  | 'foreign_currency';

/** Relative weights. */
export type TrafficMix = Readonly<Record<Play, number>>;

export const DEFAULT_MIX: TrafficMix = {
  authorization: 60,
  auth_plus_capture: 6,
  pin_debit: 5,
  pin_debit_cashback: 0.5,
  atm_withdrawal: 3,
  cashback: 1.5,
  increment: 5,
  refund: 3,
  original_credit: 1,
  verification: 1.5,
  zero_authorization: 1,
  balance_inquiry: 2,
  pin_balance_inquiry: 1,
  repeat: 3,
  new_message: 2,
  token_reuse: 1,
  unknown_card: 1,
  unknown_user: 0.5,
  over_limit: 1.5,
  at_limit: 0.5,
  bad_amount: 0.5,
  bad_currency: 0.5,
  foreign_currency: 0.3,
};
