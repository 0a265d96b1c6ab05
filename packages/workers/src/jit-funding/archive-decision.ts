import type { Archive } from '@freeway/core';
import type { DecidedMessage } from './decided-message.ts';

/** Unique to what is told: a voided approval has two documents, the decision and its undoing. */
export function archiveIdOf(decided: DecidedMessage): string {
  return decided.source === 'void' ? `${decided.decision_id}-void` : decided.decision_id;
}

/** Archives one decision with its request, stages and reason. Twice the same is once: the id is the decision's. */
export async function archiveDecision(archive: Archive, decided: DecidedMessage): Promise<void> {
  await archive.insert('decisions', [
    {
      id: archiveIdOf(decided),
      transactionToken: decided.transaction_token,
      ...(decided.account_id === undefined ? {} : { accountId: decided.account_id }),
      ...(decided.card_token === undefined ? {} : { cardToken: decided.card_token }),
      occurredAtMs: Date.parse(decided.decided_at),
      content: { ...decided },
    },
  ]);
}
