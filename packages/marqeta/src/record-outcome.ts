import type { RecordOutcome } from '@freeway/core';
import { isObject, readReference, type WireObject } from './read-member.ts';

const APPROVED_STATES: ReadonlySet<string> = new Set(['PENDING', 'CLEARED', 'COMPLETION']);
const REFUSED_STATES: ReadonlySet<string> = new Set(['DECLINED', 'ERROR']);

/** PROTOCOL 10.3: approved, approved in part, and a variant of success. */
const SUCCESS_CODES: ReadonlySet<string> = new Set(['0000', '0002', '1830']);

/** Four characters with their zeros, which numbers have lost (PROTOCOL 4), or undefined when the record carries none. */
export function responseCodeOf(message: WireObject): string | undefined {
  const response = message['response'];
  // One published record has `response` null and its members beside it.
  return readReference(isObject(response) ? response['code'] : message['code'])?.padStart(4, '0');
}

export function isSuccess(code: string | undefined): boolean {
  return code !== undefined && SUCCESS_CODES.has(code);
}

/**
 * money.md *outcome*. A refused transaction that gives no code is refused all the same: nothing contradicts its state. One
 * that seems approved and gives none is not: to book or to undo could both be wrong.
 */
export function outcomeOf(state: string, code: string | undefined): RecordOutcome {
  if (APPROVED_STATES.has(state) && isSuccess(code)) return 'approved';
  return REFUSED_STATES.has(state) && !isSuccess(code) ? 'refused' : 'contradictory';
}
