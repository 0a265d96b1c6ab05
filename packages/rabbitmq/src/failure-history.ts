import type { AsyncMessage } from 'rabbitmq-client';
import { ATTEMPT_HEADER } from './message.ts';

/**
 * What a message remembers of its failures, as headers. They travel through the retry queues and stay on the dead
 * letter: `x-original-queue`, `x-attempts`, `x-first-error`, `x-first-failed-at`, `x-last-error`, `x-last-failed-at`,
 * and on a dead letter `x-reason`. Times are ISO 8601, UTC.
 */
export type FailureHeaders = Readonly<Record<string, string | number>>;

/** Why a message is dead: it can never be handled, it failed every attempt, or it is not one of ours. */
export type DeadReason = 'invalid_message' | 'attempts_exhausted' | 'not_ours';

export function failureHeaders(incoming: AsyncMessage, failed: { queue: string; attempt: number; error: string }) {
  const now = new Date().toISOString();
  const before: Record<string, unknown> = incoming.headers ?? {};
  return {
    ...foreignHeaders(before),
    'x-original-queue': failed.queue,
    'x-attempts': failed.attempt,
    'x-first-error': textOr(before['x-first-error'], failed.error),
    'x-first-failed-at': textOr(before['x-first-failed-at'], now),
    'x-last-error': failed.error,
    'x-last-failed-at': now,
  } satisfies FailureHeaders;
}

export function retryHeaders(failure: FailureHeaders, nextAttempt: number): FailureHeaders {
  return { ...failure, [ATTEMPT_HEADER]: nextAttempt };
}

export function deadHeaders(failure: FailureHeaders, reason: DeadReason): FailureHeaders {
  return { ...failure, 'x-reason': reason };
}

/** The publisher's own headers. `x-` is ours and the broker's (x-death, x-delivery-count), which starts afresh. */
function foreignHeaders(headers: Record<string, unknown>): FailureHeaders {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('x-'));
  return Object.fromEntries(own) as FailureHeaders;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
