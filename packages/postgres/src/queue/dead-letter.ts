import { createHash } from 'node:crypto';
import { UNRECORDED_ERRORS, type DeadLetter, type QueueName } from '@freeway/core';
import { failureHistory, readStored, type FailureHistory, type StoredMessage } from './stored-message.ts';

/** A row of a dead-letter queue. Its data is a `StoredMessage`, unless something else wrote it. */
export interface DeadRow {
  readonly id: string;
  readonly data: Partial<StoredMessage> | null;
  readonly createdOn: Date;
  /** pg-boss moved it here by itself: its holders died too often. */
  readonly givenUp: boolean;
}

export function readDeadLetter(row: DeadRow, queue: QueueName): DeadLetter {
  const {
    first_error,
    last_error,
    first_failed_at,
    last_failed_at,
    attempts,
    redriven = 0,
    reason,
  } = history(row, queue);
  const body = bodyOf(row.data);
  return {
    id: typeof row.data?.id === 'string' ? row.data.id : `unnamed-${digest(body)}`,
    type: typeof row.data?.type === 'string' ? row.data.type : '',
    body,
    reason: reason ?? 'unknown',
    originalQueue: queue,
    attempts,
    redriven,
    firstError: first_error,
    lastError: last_error,
    firstFailedAtMs: Date.parse(first_failed_at),
    lastFailedAtMs: Date.parse(last_failed_at),
  };
}

/** The message as it goes back to its queue: a first attempt, with what it failed of. */
export function redrivenData(row: DeadRow, queue: QueueName): object {
  const { reason: _reason, redriven = 0, ...before } = history(row, queue);
  const failure: FailureHistory = { ...before, redriven: redriven + 1, attempts_before: before.attempts };
  const foreign = readStored(row.data) === undefined;
  return { ...row.data, ...(foreign ? {} : { attempt: 1 }), failure };
}

function history({ data, createdOn, givenUp }: DeadRow, queue: QueueName): FailureHistory {
  if (data?.failure?.reason !== undefined) return data.failure;
  const reason = givenUp ? 'delivery_limit' : 'unknown';
  const failed = { queue, attempt: data?.attempt ?? 1, error: UNRECORDED_ERRORS[reason], at: createdOn };
  return { ...failureHistory(data?.failure, failed), reason };
}

function bodyOf(data: DeadRow['data']): string {
  if (typeof data?.body === 'string') return data.body;
  const { failure: _failure, ...foreign } = data ?? {};
  return JSON.stringify(foreign);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
