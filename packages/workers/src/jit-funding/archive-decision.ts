import { type Archive, type Delivery, InvalidMessage } from '@freeway/core';

/** What the relay tells of a decision; the rest of the document is archived as it comes. */
export interface DecidedMessage {
  readonly decision_id: string;
  readonly source: 'http' | 'message' | 'import' | 'void';
  readonly transaction_token: string;
  readonly account_id?: string;
  readonly card_token?: string;
  readonly decided_at: string;
  readonly card_owner_differs?: boolean;
  readonly acting_user_token?: string;
  readonly owner?: { readonly kind: 'user' | 'business'; readonly token: string };
}

/** @throws InvalidMessage when the body is not what the relay publishes */
export function readDecided(delivery: Delivery): DecidedMessage {
  let value: unknown;
  try {
    value = JSON.parse(delivery.body);
  } catch (error) {
    throw new InvalidMessage('the body is not JSON', { cause: error });
  }
  const decided = value as Partial<DecidedMessage> | null;
  if (typeof decided?.decision_id !== 'string' || typeof decided.decided_at !== 'string') {
    throw new InvalidMessage('the body has no decision_id or decided_at');
  }
  return decided as DecidedMessage;
}

/** Archives one decision with its request, stages and reason. Twice the same is once: the id is the decision's. */
export async function archiveDecision(archive: Archive, decided: DecidedMessage): Promise<void> {
  await archive.insert('decisions', [
    {
      id: decided.source === 'void' ? `${decided.decision_id}-void` : decided.decision_id,
      transactionToken: decided.transaction_token,
      ...(decided.account_id === undefined ? {} : { accountId: decided.account_id }),
      ...(decided.card_token === undefined ? {} : { cardToken: decided.card_token }),
      occurredAtMs: Date.parse(decided.decided_at),
      content: { ...decided },
    },
  ]);
}
