import { type Delivery, InvalidMessage, type OwnerRef } from '@freeway/core';

/** What the relay tells of a decision; members that nobody here looks at are archived as they come. */
export interface DecidedMessage {
  readonly decision_id: string;
  /** Who asked, or `void`: the approval was undone, because its caller had been told no (money.md *doubt*). */
  readonly source: string;
  readonly transaction_token: string;
  readonly outcome?: 'approve' | 'decline';
  readonly amount_minor?: string;
  readonly currency?: string;
  readonly account_id?: string;
  readonly card_token?: string;
  /** ISO 8601. */
  readonly decided_at: string;
  readonly card_owner_differs?: boolean;
  readonly acting_user_token?: string;
  readonly owner?: OwnerRef;
}

/** @throws InvalidMessage when the body is not what the relay publishes */
export function readDecided(delivery: Delivery): DecidedMessage {
  let value: unknown;
  try {
    value = JSON.parse(delivery.body);
  } catch (error) {
    throw new InvalidMessage('the body is not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new InvalidMessage('the body is not an object');
  const decided = value as Partial<Record<keyof DecidedMessage, unknown>>;
  for (const member of ['decision_id', 'source', 'transaction_token', 'decided_at'] as const) {
    if (typeof decided[member] !== 'string') throw new InvalidMessage(`the body has no ${member}`);
  }
  for (const member of ['account_id', 'card_token', 'acting_user_token', 'amount_minor', 'currency'] as const) {
    if (!['string', 'undefined'].includes(typeof decided[member])) throw new InvalidMessage(`${member} is not text`);
  }
  if (!['approve', 'decline', undefined].includes(decided.outcome as string | undefined))
    throw new InvalidMessage('outcome is no outcome');
  if (Number.isNaN(Date.parse(decided.decided_at as string))) throw new InvalidMessage('decided_at is not a time');
  if (decided.owner !== undefined && !isOwner(decided.owner)) throw new InvalidMessage('owner is not an owner');
  return value as DecidedMessage;
}

function isOwner(value: unknown): value is OwnerRef {
  const { kind, token } = (value ?? {}) as Partial<Record<keyof OwnerRef, unknown>>;
  return (kind === 'user' || kind === 'business') && typeof token === 'string';
}
