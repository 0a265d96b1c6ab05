import { DECLINE_REASONS, type DeclineReason } from '@freeway/core';
import { describe, expect, test } from 'vitest';
import { WIRE_DECLINE_REASONS, WIRE_DECLINE_REASONS_2026, wireDeclineReason } from '../src/decline-reasons.ts';

/** Reason, the wire's word before 2026, and the newer one if there is one. */
const EXPECTED: Readonly<Record<DeclineReason, readonly [string, string?]>> = {
  token_reused: ['TRANSACTION_NOT_PERMITTED'],
  invalid_amount: ['INVALID_AMOUNT'],
  unknown_currency: ['INVALID_AMOUNT'],
  method_not_permitted: ['TRANSACTION_NOT_PERMITTED'],
  unknown_owner: ['INVALID_CARD'],
  unknown_card: ['INVALID_CARD'],
  no_account: ['INVALID_AMOUNT'],
  account_closed: ['CLOSED_ACCOUNT'],
  account_closing: ['CLOSED_ACCOUNT'],
  account_frozen: ['TRANSACTION_NOT_PERMITTED'],
  owner_closed: ['CARDHOLDER_NOT_ACTIVE'],
  owner_suspended: ['CARDHOLDER_NOT_ACTIVE'],
  owner_blocked: ['CARDHOLDER_NOT_ACTIVE', 'BLOCKED_BY_ISSUER'],
  owner_not_active: ['CARDHOLDER_NOT_ACTIVE'],
  acting_user_closed: ['CARDHOLDER_NOT_ACTIVE'],
  acting_user_suspended: ['CARDHOLDER_NOT_ACTIVE'],
  acting_user_blocked: ['CARDHOLDER_NOT_ACTIVE', 'BLOCKED_BY_ISSUER'],
  card_terminated: ['CARD_NOT_ACTIVE'],
  card_stolen: ['CARD_NOT_ACTIVE', 'BLOCKED_BY_ISSUER'],
  card_lost: ['CARD_NOT_ACTIVE', 'BLOCKED_BY_ISSUER'],
  card_blocked: ['CARD_NOT_ACTIVE', 'BLOCKED_BY_ISSUER'],
  card_blocked_by_cardholder: ['CARD_NOT_ACTIVE', 'BLOCKED_BY_CARDHOLDER'],
  card_suspended: ['CARD_NOT_ACTIVE'],
  card_not_active: ['CARD_NOT_ACTIVE'],
  card_expired: ['EXPIRED_CARD'],
  refund_authorization_disabled: ['TRANSACTION_NOT_PERMITTED'],
  original_credit_disabled: ['TRANSACTION_NOT_PERMITTED'],
  credit_too_large: ['AMOUNT_LIMIT_EXCEEDED'],
  merchant_category_blocked: ['INVALID_MERCHANT'],
  transaction_amount_limit: ['AMOUNT_LIMIT_EXCEEDED'],
  daily_amount_limit: ['AMOUNT_LIMIT_EXCEEDED'],
  monthly_amount_limit: ['AMOUNT_LIMIT_EXCEEDED'],
  daily_count_limit: ['TRANSACTION_COUNT_LIMIT_EXCEEDED'],
  monthly_count_limit: ['TRANSACTION_COUNT_LIMIT_EXCEEDED'],
  insufficient_funds: ['INSUFFICIENT_FUNDS'],
  ledger_unavailable: ['TRANSACTION_NOT_PERMITTED'],
};

describe('every reason of core has one word of the wire', () => {
  test('the list here is the list of core', () => {
    expect(Object.keys(EXPECTED).toSorted()).toEqual([...DECLINE_REASONS].toSorted());
  });

  test.each(DECLINE_REASONS)('%s', (reason) => {
    const [established, recent] = EXPECTED[reason];
    expect(wireDeclineReason(reason, false)).toBe(established);
    expect(wireDeclineReason(reason, true)).toBe(recent ?? established);
    expect(WIRE_DECLINE_REASONS).toContain(established);
    expect([...WIRE_DECLINE_REASONS, ...WIRE_DECLINE_REASONS_2026]).toContain(recent ?? established);
  });
});

test('a reason that this version does not know is still a word of the wire', () => {
  for (const reason of [undefined, 'of_tomorrow', 'constructor', '__proto__']) {
    expect(wireDeclineReason(reason as DeclineReason, true)).toBe('TRANSACTION_NOT_PERMITTED');
  }
});
