import type { DeadReason } from '@freeway/core';
import type { AsyncMessage } from 'rabbitmq-client';
import { ATTEMPT_HEADER } from './message.ts';

/**
 * What a message remembers of its failures, as headers. They travel through the retry queues and stay on the dead
 * letter: `x-original-queue`, `x-attempts`, `x-first-error`, `x-first-failed-at`, `x-last-error`, `x-last-failed-at`,
 * and on a dead letter `x-reason`. A message that was put back on its queue also has `x-redriven`, how often, and
 * `x-attempts-before`, the attempts until then, from which those of now count on. Times are ISO 8601, UTC.
 */
export type FailureHeaders = Readonly<Record<string, string | number>>;

const HISTORY: readonly string[] = [
  'x-original-queue',
  'x-attempts',
  'x-first-error',
  'x-first-failed-at',
  'x-last-error',
  'x-last-failed-at',
];

export function failureHeaders(
  incoming: Pick<AsyncMessage, 'headers'>,
  failed: { readonly queue: string; readonly attempt: number; readonly error: string; readonly at?: Date },
) {
  const at = (failed.at ?? new Date()).toISOString();
  const before: Record<string, unknown> = incoming.headers ?? {};
  const redriven = countOf(before['x-redriven']);
  const attemptsBefore = countOf(before['x-attempts-before']);
  return {
    ...foreignHeaders(before),
    'x-original-queue': failed.queue,
    'x-attempts': attemptsBefore + failed.attempt,
    'x-first-error': textOr(before['x-first-error'], failed.error),
    'x-first-failed-at': textOr(before['x-first-failed-at'], at),
    'x-last-error': failed.error,
    'x-last-failed-at': at,
    ...(redriven === 0 ? {} : { 'x-redriven': redriven, 'x-attempts-before': attemptsBefore }),
  } satisfies FailureHeaders;
}

export function retryHeaders(failure: FailureHeaders, nextAttempt: number): FailureHeaders {
  return { ...failure, [ATTEMPT_HEADER]: nextAttempt };
}

export function deadHeaders(failure: FailureHeaders, reason: DeadReason): FailureHeaders {
  return { ...failure, 'x-reason': reason };
}

/** For a dead letter that goes back to its queue: a first attempt, with what it failed of. */
export function redriveHeaders(dead: FailureHeaders): FailureHeaders {
  const history = Object.entries(dead).filter(([name]) => HISTORY.includes(name));
  return {
    ...foreignHeaders(dead),
    ...Object.fromEntries(history),
    'x-redriven': countOf(dead['x-redriven']) + 1,
    'x-attempts-before': countOf(dead['x-attempts']),
  };
}

/** A whole number above 0, or 0 for what is none. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** The publisher's own headers. `x-` is ours and the broker's (x-death, x-delivery-count), which starts afresh. */
function foreignHeaders(headers: Record<string, unknown>): FailureHeaders {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('x-'));
  return Object.fromEntries(own) as FailureHeaders;
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
