import type { Reason } from './encode-answer.ts';
import type { Facts, LimitFact } from './facts.ts';
import type { TextbookRequest } from './read-request.ts';

export interface Account {
  readonly state: string;
  readonly posted_minor: bigint;
  readonly held_minor: bigint;
  readonly pending_credit_minor: bigint;
}

export interface Counter {
  readonly limit_id: number;
  readonly amount_minor: bigint;
  readonly count: number;
}

/** What speaks against it before money is looked at. */
export function refusalOf(request: TextbookRequest, { user, card }: Facts): Reason | null {
  if (request.kind === 'unsupported') return 'TRANSACTION_NOT_PERMITTED';
  if (user === null || card?.userToken !== request.userToken) return 'INVALID_CARD';
  if (user.accountId === null) return 'INVALID_AMOUNT';
  if (user.state !== 'active') return 'CARDHOLDER_NOT_ACTIVE';
  if (card.state !== 'active') return 'CARD_NOT_ACTIVE';
  return card.expiresOn < request.eventDate ? 'EXPIRED_CARD' : null;
}

/** What the account says of it, under its lock. */
export function accountRefusalOf(account: Account | undefined): Reason | null {
  if (account === undefined) return 'INVALID_AMOUNT';
  if (account.state === 'open') return null;
  return account.state === 'frozen' ? 'TRANSACTION_NOT_PERMITTED' : 'CLOSED_ACCOUNT';
}

/** Limits first, then the money, all of it locked. */
export function moneyRefusalOf(
  request: TextbookRequest,
  account: Account | undefined,
  limits: readonly LimitFact[],
  counters: readonly Counter[],
): Reason | null {
  const counts = countOf(request);
  let isCountExceeded = false;
  for (const { limitId, maxAmountMinor, maxCount } of limits) {
    const counter = counters.find(({ limit_id }) => limit_id === limitId);
    if ((counter?.amount_minor ?? 0n) + request.amountMinor > BigInt(maxAmountMinor)) return 'AMOUNT_LIMIT_EXCEEDED';
    isCountExceeded ||= maxCount !== null && (counter?.count ?? 0) + counts > maxCount;
  }
  if (isCountExceeded) return 'TRANSACTION_COUNT_LIMIT_EXCEEDED';
  const availableMinor = account === undefined ? 0n : account.posted_minor - account.held_minor;
  return request.amountMinor > availableMinor ? 'INSUFFICIENT_FUNDS' : null;
}

/** An increment adds money to a purchase that has counted, and a refund is no spending. */
export function countOf({ kind }: TextbookRequest): number {
  return kind === 'purchase' ? 1 : 0;
}
