import { type ArchiveDocument, type Delivery, InvalidMessage, type Message } from '@freeway/core';
import {
  decodeTransition,
  elementKey,
  maskMessage,
  readEnvelope,
  type Transition,
  type WebhookElement,
} from '@freeway/marqeta';

/** What is to be done about one element of a webhook. */
export interface ElementWork {
  /** Equal for the same notification however often it comes. */
  readonly key: string;
  /** For the transaction worker. */
  readonly message?: Message;
  readonly transition?: Transition;
  readonly document: ArchiveDocument;
}

export interface ReadOptions {
  /** Milliseconds since the epoch. */
  readonly receivedAtMs: number;
  /** Whether the archive gets the element as it came. */
  readonly archived: 'raw' | 'masked';
}

/** @throws InvalidMessage when the body is no webhook: intake takes none that is not, so somebody else wrote it */
export function readWebhook(delivery: Delivery, { receivedAtMs, archived }: ReadOptions): readonly ElementWork[] {
  if (delivery.type !== 'webhook_received') throw new InvalidMessage(`unknown message type ${delivery.type}`);
  const envelope = readEnvelope(delivery.body);
  if (!envelope.ok) throw new InvalidMessage(envelope.fault.detail);
  return envelope.elements
    .filter(({ category }) => category !== 'ping')
    .map((each) => workOf(each, { receivedAtMs, archived }));
}

function workOf(element: WebhookElement, { receivedAtMs, archived }: ReadOptions): ElementWork {
  const key = elementKey(element);
  const transition = decodeTransition(element, { receivedAtMs });
  return {
    key,
    ...(element.category === 'transaction'
      ? { message: { id: key, type: 'transaction_recorded', body: element.text } }
      : {}),
    ...(transition === undefined ? {} : { transition }),
    document: {
      id: key,
      ...tokensOf(element.value),
      occurredAtMs: transition?.createdAtMs ?? receivedAtMs,
      // As text: the very digits that came, and unknown members verbatim.
      content: {
        key: element.key,
        element: archived === 'raw' ? element.text : JSON.stringify(maskMessage(element.value)),
      },
    },
  };
}

const MAX_TOKEN_LENGTH = 255;

function tokensOf(value: unknown): { transactionToken?: string; cardToken?: string } {
  const { token, card_token: card } = (value ?? {}) as { token?: unknown; card_token?: unknown };
  return {
    ...(isToken(token) ? { transactionToken: token } : {}),
    ...(isToken(card) ? { cardToken: card } : {}),
  };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TOKEN_LENGTH && value.isWellFormed() && !value.includes('\0');
}
