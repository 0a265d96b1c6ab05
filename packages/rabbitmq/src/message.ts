import type { Message, QueueName } from '@freeway/core';
import { MAX_SAFE_DIGITS, hasUnsafeNumber } from './safe-numbers.ts';
import type { AsyncMessage, Envelope } from 'rabbitmq-client';
import { errorText } from './queue-event.ts';
import type { QueuePlaces } from './topology.ts';

/** The header that counts attempts: absent or 1 at first. */
export const ATTEMPT_HEADER = 'x-attempt';

/** AMQP properties of a message. The content encoding keeps the client library from parsing (and rounding) the JSON. */
export function envelopeOf(message: Message): Envelope {
  return {
    messageId: message.id,
    type: message.type,
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    appId: 'freeway',
    // Seconds since the epoch.
    timestamp: Math.floor(Date.now() / 1000),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    ...(message.correlationId === undefined ? {} : { correlationId: message.correlationId }),
  };
}

/** A message as published by anyone, read as one of ours; or why it cannot be. */
export function readMessage(incoming: AsyncMessage, places: QueuePlaces): Message | { readonly refused: string } {
  const { replyTo, correlationId } = incoming;
  // An asker that sets no message id names its question by the correlation id.
  const id = incoming.messageId ?? correlationId;
  if (!id) return { refused: 'the message has neither message-id nor correlation-id' };
  const type = incoming.type ?? (replyTo ? places.row.untypedRequest : undefined);
  if (!type) return { refused: 'the message has no type' };
  const body = readBody(incoming.body);
  if (typeof body !== 'string') return body;
  return {
    id,
    type,
    body,
    ...(replyTo ? { replyTo } : {}),
    ...(correlationId ? { correlationId } : {}),
  };
}

/** The attempt this delivery is: 1 for a first delivery, and for a header that nobody of ours wrote. */
export function readAttempt({ headers }: Pick<AsyncMessage, 'headers'>): number {
  const attempt: unknown = headers?.[ATTEMPT_HEADER];
  return typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 1 ? attempt : 1;
}

/** The bytes to hand on when a message moves to another queue. */
export function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

export function queueOfName(places: ReadonlyMap<QueueName, QueuePlaces>, queue: QueueName): QueuePlaces {
  const found = places.get(queue);
  if (found === undefined) throw new TypeError(`there is no queue named ${String(queue)}`);
  return found;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readBody(body: unknown): string | { readonly refused: string } {
  if (!Buffer.isBuffer(body) && typeof body !== 'string') {
    // The library has parsed a body of content type JSON without content encoding; its numbers went through a float.
    if (hasUnsafeNumber(body)) {
      return {
        refused: `a number of more than ${MAX_SAFE_DIGITS} digits needs content-encoding utf-8 to arrive exact`,
      };
    }
    return JSON.stringify(body);
  }
  try {
    const text = typeof body === 'string' ? body : utf8.decode(body);
    JSON.parse(text);
    return text;
  } catch (error) {
    return { refused: `the body is not JSON: ${errorText(error)}` };
  }
}
