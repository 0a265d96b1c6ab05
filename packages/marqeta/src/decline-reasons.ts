import type { DeclineReason } from '@freeway/core';

/** `decline_reason` values that every program takes (PROTOCOL 7.2). An unknown value's effect is not published: none is sent. */
export const WIRE_DECLINE_REASONS = [
  'INVALID_AMOUNT',
  'INSUFFICIENT_FUNDS',
  'TRANSACTION_NOT_PERMITTED',
  'SUSPECTED_FRAUD',
  'AMOUNT_LIMIT_EXCEEDED',
  'TRANSACTION_COUNT_LIMIT_EXCEEDED',
  'DUPLICATE_TRANSACTION',
  'INVALID_MERCHANT',
  'INVALID_CARD',
  'NO_CREDIT_ACCOUNT',
  'NO_CHECKING_ACCOUNT',
  'NO_SAVINGS_ACCOUNT',
  'EXPIRED_CARD',
  'STOP_PAYMENT',
  'REVOCATION_AUTHORIZATION_ORDER',
  'REVOCATION_ALL_AUTHORIZATION_ORDER',
  'SOFT_DECLINE_AUTHENTICATION_REQUIRED',
  'SOFT_DECLINE_PIN_REQUIRED',
  'CLOSED_ACCOUNT',
  'CARD_NOT_ACTIVE',
  'CARDHOLDER_NOT_ACTIVE',
] as const;

/** Introduced in 2026: sent only when the operator's setting allows (money.md *closed response*). */
export const WIRE_DECLINE_REASONS_2026 = [
  'BLOCKED_BY_ISSUER',
  'BLOCKED_BY_CARDHOLDER',
  'BLOCKED_MERCHANT_BY_CARDHOLDER',
  'INVALID_DRIVER_NUMBER',
  'INVALID_VEHICLE_NUMBER',
] as const;

type Established = (typeof WIRE_DECLINE_REASONS)[number];
type Recent = (typeof WIRE_DECLINE_REASONS_2026)[number];
export type WireDeclineReason = Established | Recent;

/** Our reason in the wire's words: `wire` always says it, `since2026` says it better. */
interface Translation {
  readonly wire: Established;
  readonly since2026?: Recent;
}

/** Total: a reason added to core without a row here does not compile. */
const TRANSLATIONS: Readonly<Record<DeclineReason, Translation>> = {
  token_reused: { wire: 'TRANSACTION_NOT_PERMITTED' },
  invalid_amount: { wire: 'INVALID_AMOUNT' },
  unknown_currency: { wire: 'INVALID_AMOUNT' },
  method_not_permitted: { wire: 'TRANSACTION_NOT_PERMITTED' },
  unknown_owner: { wire: 'INVALID_CARD' },
  unknown_card: { wire: 'INVALID_CARD' },
  // The amount's currency is not one that the owner has.
  no_account: { wire: 'INVALID_AMOUNT' },
  account_closed: { wire: 'CLOSED_ACCOUNT' },
  account_closing: { wire: 'CLOSED_ACCOUNT' },
  account_frozen: { wire: 'TRANSACTION_NOT_PERMITTED' },
  owner_closed: { wire: 'CARDHOLDER_NOT_ACTIVE' },
  owner_suspended: { wire: 'CARDHOLDER_NOT_ACTIVE' },
  owner_blocked: { wire: 'CARDHOLDER_NOT_ACTIVE', since2026: 'BLOCKED_BY_ISSUER' },
  owner_not_active: { wire: 'CARDHOLDER_NOT_ACTIVE' },
  acting_user_closed: { wire: 'CARDHOLDER_NOT_ACTIVE' },
  acting_user_suspended: { wire: 'CARDHOLDER_NOT_ACTIVE' },
  acting_user_blocked: { wire: 'CARDHOLDER_NOT_ACTIVE', since2026: 'BLOCKED_BY_ISSUER' },
  card_terminated: { wire: 'CARD_NOT_ACTIVE' },
  card_stolen: { wire: 'CARD_NOT_ACTIVE', since2026: 'BLOCKED_BY_ISSUER' },
  card_lost: { wire: 'CARD_NOT_ACTIVE', since2026: 'BLOCKED_BY_ISSUER' },
  card_blocked: { wire: 'CARD_NOT_ACTIVE', since2026: 'BLOCKED_BY_ISSUER' },
  card_blocked_by_cardholder: { wire: 'CARD_NOT_ACTIVE', since2026: 'BLOCKED_BY_CARDHOLDER' },
  card_suspended: { wire: 'CARD_NOT_ACTIVE' },
  card_not_active: { wire: 'CARD_NOT_ACTIVE' },
  card_expired: { wire: 'EXPIRED_CARD' },
  refund_authorization_disabled: { wire: 'TRANSACTION_NOT_PERMITTED' },
  original_credit_disabled: { wire: 'TRANSACTION_NOT_PERMITTED' },
  credit_too_large: { wire: 'AMOUNT_LIMIT_EXCEEDED' },
  merchant_category_blocked: { wire: 'INVALID_MERCHANT' },
  transaction_amount_limit: { wire: 'AMOUNT_LIMIT_EXCEEDED' },
  daily_amount_limit: { wire: 'AMOUNT_LIMIT_EXCEEDED' },
  monthly_amount_limit: { wire: 'AMOUNT_LIMIT_EXCEEDED' },
  daily_count_limit: { wire: 'TRANSACTION_COUNT_LIMIT_EXCEEDED' },
  monthly_count_limit: { wire: 'TRANSACTION_COUNT_LIMIT_EXCEEDED' },
  insufficient_funds: { wire: 'INSUFFICIENT_FUNDS' },
  ledger_unavailable: { wire: 'TRANSACTION_NOT_PERMITTED' },
};

/** A map: a stored reason may come from another version of the list, or be none at all. */
const translations: ReadonlyMap<string, Translation> = new Map(Object.entries(TRANSLATIONS));

/**
 * The wire's word for our reason. Always one of the list: without a reason every denial reads as lack of money
 * (PROTOCOL 7.2), so a decision stored with a reason we do not know is declined as not permitted.
 */
export function wireDeclineReason(reason: DeclineReason | undefined, allow2026Reasons: boolean): WireDeclineReason {
  const translation = reason === undefined ? undefined : translations.get(reason);
  if (translation === undefined) return 'TRANSACTION_NOT_PERMITTED';
  return allow2026Reasons ? (translation.since2026 ?? translation.wire) : translation.wire;
}
