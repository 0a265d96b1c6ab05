import type { QueueName } from './queues.ts';

/**
 * Why a message is dead: it can never be handled; it failed every attempt; it is not one of ours; whoever held it died, over
 * and over, until the queue gave up on it; or something else put it there.
 */
export const DEAD_REASONS = ['invalid_message', 'attempts_exhausted', 'not_ours', 'delivery_limit', 'unknown'] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/** What stands for the error where no handler of ours wrote one down. */
export const UNRECORDED_ERRORS = {
  delivery_limit: 'every process that held the message died or was stopped before it was done',
  unknown: 'something put the message among the dead letters and gave no reason',
} as const;

/** A message that nobody could handle, with what it remembers of its failures over all its redrives. */
export interface DeadLetter {
  /** The message's id; for a message that came without one, `unnamed-` and a digest of its body. */
  readonly id: string;
  /** Empty for a message that came without one. */
  readonly type: string;
  readonly body: string;
  readonly reason: DeadReason;
  readonly originalQueue: QueueName;
  readonly attempts: number;
  /** How often it was put back on its queue. */
  readonly redriven: number;
  readonly firstError: string;
  readonly lastError: string;
  /** Milliseconds since the epoch; absent where nobody wrote it down. */
  readonly firstFailedAtMs?: number;
  readonly lastFailedAtMs?: number;
}

/** What is given must match; nothing at all matches every letter. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  readonly types?: readonly string[];
  readonly reasons?: readonly DeadReason[];
  /** Is part of the first or of the last error, whatever the case of its letters. */
  readonly errorText?: string;
  /** Of the last failure. A letter without a time matches neither. */
  readonly failedBeforeMs?: number;
  readonly failedAfterMs?: number;
}

export interface DeadLetterCounts {
  /** Letters there were when the look began. */
  readonly total: number;
  /** Fewer than `total` when somebody else holds some of them, or when they are more than the broker hands out at once. */
  readonly examined: number;
  readonly matching: number;
  /** Ids of the filter under which there is no letter. */
  readonly unknownIds: readonly string[];
}

export interface DeadLetterList extends DeadLetterCounts {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
}

export interface DeadLetterOutcome extends DeadLetterCounts {
  /** Letters redriven or discarded; 0 in a dry run. */
  readonly done: number;
  /** The first of the matching ids, `MAX_NAMED_IDS` at most. */
  readonly ids: readonly string[];
}

export const MAX_NAMED_IDS = 100;

export type DeadLetterProgress = Readonly<Record<'total' | 'examined' | 'matching' | 'done', number>>;

export interface DeadLetterAction {
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: DeadLetterProgress) => void;
}

/**
 * The dead letters of every queue, for an operator. What came in after a look began is not part of it: a message that is
 * redriven and dies again at once waits for the next time. Rejects with a Fault; what was done until then is done, the rest
 * is where it was.
 */
export interface DeadLetters {
  list(queue: QueueName, filter: DeadLetterFilter, limit: number): Promise<DeadLetterList>;
  /**
   * Puts letters back on the queue they came from, as a first attempt that remembers what it failed of. A crash loses none;
   * on a broker it may leave one in both places: consumers drop duplicates by id.
   */
  redrive(queue: QueueName, filter: DeadLetterFilter, action?: DeadLetterAction): Promise<DeadLetterOutcome>;
  /** Removes letters for good. */
  discard(queue: QueueName, filter: DeadLetterFilter, action?: DeadLetterAction): Promise<DeadLetterOutcome>;
}
