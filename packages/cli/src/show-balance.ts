import { formatAmount } from '@freeway/core';
import type { AccountBalance } from '@freeway/postgres';

/** An account as JSON: amounts are decimal text in major units. */
export function accountJson(account: AccountBalance): Record<string, unknown> {
  const { accountId, owner, currency, state } = account;
  const money = (minor: bigint): string => formatAmount(minor, currency);
  return {
    account_id: accountId,
    [owner.kind]: owner.token,
    currency,
    state,
    posted: money(account.postedMinor),
    held: money(account.heldMinor),
    pending_credit: money(account.pendingCreditMinor),
    credit_line: money(account.creditLineMinor),
    available: money(account.availableMinor),
  };
}

/** `user u_1 USD`. */
export function accountName({ owner, currency }: Pick<AccountBalance, 'owner' | 'currency'>): string {
  return `${owner.kind} ${owner.token} ${currency}`;
}
