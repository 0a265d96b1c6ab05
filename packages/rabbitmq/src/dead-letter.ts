import { createHash } from 'node:crypto';
import { DEAD_REASONS, UNRECORDED_ERRORS, type DeadLetter } from '@freeway/core';
import type { AsyncMessage, SyncMessage } from 'rabbitmq-client';
import { copyOf } from './copy-of.ts';
import {
  countOf,
  deadHeaders,
  failureHeaders,
  redriveHeaders,
  textOr,
  type FailureHeaders,
} from './failure-history.ts';
import { bytesOf, readAttempt } from './message.ts';
import type { Outgoing } from './publish.ts';
import type { QueuePlaces } from './topology.ts';

/** A message as it comes from a dead-letter queue. */
export type IncomingLetter = AsyncMessage | SyncMessage;

export function readDeadLetter(incoming: IncomingLetter, places: QueuePlaces): DeadLetter {
  const history = historyOf(incoming, places);
  const bytes = bytesOf(incoming.body);
  return {
    id: incoming.messageId ?? incoming.correlationId ?? `unnamed-${digest(bytes)}`,
    type: incoming.type ?? '',
    body: bytes.toString('utf8'),
    reason: DEAD_REASONS.find((reason) => reason === history['x-reason']) ?? 'unknown',
    originalQueue: places.row.queue,
    attempts: countOf(history['x-attempts']),
    redriven: countOf(history['x-redriven']),
    firstError: textOr(history['x-first-error'], ''),
    lastError: textOr(history['x-last-error'], ''),
    ...timeOf('firstFailedAtMs', history['x-first-failed-at']),
    ...timeOf('lastFailedAtMs', history['x-last-failed-at']),
  };
}

/**
 * The message for its work queue. Routed there by the queue's own name, as a retry is: whoever else listens to its type has
 * had it.
 */
export function redrivenCopy(incoming: IncomingLetter, places: QueuePlaces): Outgoing {
  return copyOf(incoming, places.work, redriveHeaders(historyOf(incoming, places)));
}

/** What we wrote on the letter; where there is nothing, what the broker did when it gave up on the message by itself. */
function historyOf(incoming: IncomingLetter, places: QueuePlaces): FailureHeaders {
  const headers: Record<string, unknown> = incoming.headers ?? {};
  if (typeof headers['x-reason'] === 'string') return headers as FailureHeaders;
  const death = deathByLimit(headers['x-death']);
  const reason = death === undefined ? 'unknown' : 'delivery_limit';
  const failed = { queue: places.row.queue, attempt: readAttempt(incoming), error: UNRECORDED_ERRORS[reason] };
  const at = new Date(countOf(death?.time ?? incoming.timestamp) * 1_000);
  return deadHeaders(failureHeaders(incoming, { ...failed, at }), reason);
}

function deathByLimit(deaths: unknown): { readonly time?: unknown } | undefined {
  return Array.isArray(deaths) ? deaths.find((death) => death?.reason === 'delivery_limit') : undefined;
}

/** The epoch itself stands for a time that nobody wrote down. */
function timeOf(name: 'firstFailedAtMs' | 'lastFailedAtMs', text: unknown): Partial<DeadLetter> {
  const ms = Date.parse(textOr(text, ''));
  return ms > 0 ? { [name]: ms } : {};
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}
