import type { QueueName } from '@freeway/core';

/** What the operator wants to see in logs and metrics. Never carries a body. */
export interface QueueEvent {
  readonly event: 'error' | 'message_retried' | 'message_dead';
  readonly queue?: QueueName;
  readonly messageId?: string;
  readonly attempt?: number;
  /** One sentence: the error or the reason. */
  readonly detail?: string;
}

export type ReportQueueEvent = (event: QueueEvent) => void;

/** Long enough to recognise an error, short enough for a log line. */
const MAX_ERROR_CHARS = 500;

export function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // PostgreSQL's text has no NUL.
  return text.slice(0, MAX_ERROR_CHARS).replaceAll('\0', '').toWellFormed();
}
