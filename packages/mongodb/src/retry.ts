import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, Fault } from '@freeway/core';
import {
  type Abortable,
  type CommandOperationOptions,
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** How long one attempt may take once connected. */
  readonly timeoutMs: number;
  readonly baseMs: number;
  readonly maxMs: number;
  readonly random: () => number;
  /** Aborted when the archive closes: ends every attempt and every wait. */
  readonly closing: AbortSignal;
  /** Comes before each attempt; cheap when connected. */
  readonly connect: () => Promise<unknown>;
}

/**
 * What ends an attempt: goes into the options of every operation. The driver hands a signal on from all of them, though
 * its types name it for reads only; the test that stops the server in the middle of a large insert depends on it.
 */
export type Bounds = Abortable & Pick<CommandOperationOptions, 'comment'>;

/**
 * Runs an operation that may run twice: each of the archive's is idempotent by id, so an attempt whose outcome nobody
 * knows is simply made again. The driver's own retries are switched off: they need a replica set, ours need nothing.
 * @param operation must hand the bounds to the driver
 * @throws Fault `unavailable` when no attempt reached a server that works; a later retry by the caller is safe too
 */
export const withRetry = async <T>(policy: RetryPolicy, operation: (bounds: Bounds) => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    // The driver's timeoutMS does nothing in this version, and its socketTimeoutMS forgets an operation whose server
    // stops in the middle of a large write, and the connection with it. The signal ends both.
    const late = AbortSignal.timeout(policy.timeoutMs);
    try {
      if (!policy.closing.aborted) await policy.connect();
      policy.closing.throwIfAborted();
      return await operation({ signal: AbortSignal.any([policy.closing, late]) });
    } catch (error) {
      if (!late.aborted && !policy.closing.aborted && !isAway(error)) throw error;
      if (policy.closing.aborted || attempt >= policy.attempts) {
        throw new Fault('unavailable', 'archive: MongoDB cannot be reached', { cause: error });
      }
      await pause(backoffMs(attempt, policy), policy.closing);
    }
  }
};

/** Waits, or stops waiting when the signal says so. */
export const pause = async (delayMs: number, signal: AbortSignal): Promise<void> => {
  await sleep(delayMs, undefined, { signal, ref: false }).catch(() => {});
};

// What a server says when it stops, starts or hands over: its state, not the command, is at fault.
const SERVER_AWAY: readonly unknown[] = [6, 7, 89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436];

const isAway = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  (error instanceof MongoServerError && SERVER_AWAY.includes(error.code)) ||
  // A bulk write wraps whatever happened to it.
  (error instanceof MongoBulkWriteError && isAway(error.errorResponse)) ||
  // A socket that fails during a large write: the driver lets Node's own error through.
  (error instanceof Error && 'syscall' in error);
