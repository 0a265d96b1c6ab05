import type { Message } from '@freeway/core';
import { elementKey } from '@freeway/marqeta';

/** A record that was looked up, as the webhook worker passes records on: the same one again is the same message. */
export function recordedMessage(text: string): Message {
  const element = { key: 'transactions', category: 'transaction', text, value: JSON.parse(text) } as const;
  return { id: elementKey(element), type: 'transaction_recorded', body: text };
}
