import { Fault } from '@freeway/core';
import { errorText } from './queue-event.ts';

/** SQLSTATE classes in which the statement had no effect and may succeed later: connection, resources, shutdown or time-out. */
const PASSING_CLASSES = ['08', '53', '57'];

/**
 * A Fault for an error of the database, or the error itself where the statement was wrong. A connection that broke with a
 * statement under way leaves its outcome unknown.
 */
export function queueFault(error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const message = `PostgreSQL queues: ${errorText(error)}`;
  if (/^[0-9A-Z]{5}$/.test(code)) {
    return PASSING_CLASSES.includes(code.slice(0, 2)) ? new Fault('unavailable', message, { cause: error }) : error;
  }
  const neverConnected = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || error.message.includes('trying to connect');
  return new Fault(neverConnected ? 'unavailable' : 'outcome_unknown', message, { cause: error });
}
