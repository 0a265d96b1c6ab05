import type { DeadReason, Delivery, Message } from '@freeway/core';

/** A message as it lies in `queue.job.data`. */
export interface StoredMessage {
  readonly id: string;
  readonly type: string;
  /** The text itself inside a JSON string: as JSONB of its own it would lose spacing, order and digits. */
  readonly body: string;
  readonly reply_to?: string;
  readonly correlation_id?: string;
  readonly attempt: number;
  /** Ascends with every message of a publisher: microseconds of its clock. */
  readonly published: number;
  readonly failure?: FailureHistory;
}

/** What a message remembers of its failures. Times are ISO 8601, UTC. */
export interface FailureHistory {
  readonly original_queue: string;
  readonly attempts: number;
  readonly first_error: string;
  readonly first_failed_at: string;
  readonly last_error: string;
  readonly last_failed_at: string;
  /** How often it was put back on its queue, and the attempts until the last time: those of now count on from there. */
  readonly redriven?: number;
  readonly attempts_before?: number;
  /** Present on a dead letter. */
  readonly reason?: DeadReason;
}

export function storedMessage(message: Message, published: number): StoredMessage {
  return {
    id: message.id,
    type: message.type,
    // A lone surrogate cannot be stored; UTF-8 has none either.
    body: message.body.toWellFormed(),
    ...(message.replyTo === undefined ? {} : { reply_to: message.replyTo }),
    ...(message.correlationId === undefined ? {} : { correlation_id: message.correlationId }),
    attempt: 1,
    published,
  };
}

/** The delivery, or undefined if the row was not written by us. */
export function readStored(data: unknown): Delivery | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { id, type, body, attempt, reply_to: replyTo, correlation_id: correlationId } = data as Partial<StoredMessage>;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof body !== 'string') return undefined;
  return {
    id,
    type,
    body,
    attempt: typeof attempt === 'number' ? attempt : 1,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

export function failureHistory(
  before: FailureHistory | undefined,
  failed: { readonly queue: string; readonly attempt: number; readonly error: string; readonly at?: Date },
): FailureHistory {
  const at = (failed.at ?? new Date()).toISOString();
  const { redriven, attempts_before = 0 } = before ?? {};
  return {
    original_queue: failed.queue,
    attempts: attempts_before + failed.attempt,
    first_error: before?.first_error ?? failed.error,
    first_failed_at: before?.first_failed_at ?? at,
    last_error: failed.error,
    last_failed_at: at,
    ...(redriven === undefined ? {} : { redriven, attempts_before }),
  };
}
