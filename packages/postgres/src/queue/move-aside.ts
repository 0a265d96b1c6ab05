import { DEAD_LETTER_QUEUES, type DeadReason, type QueueName } from '@freeway/core';
import type { PgBoss } from 'pg-boss';
import type { Claim } from './claims.ts';
import { inTransaction } from './in-transaction.ts';
import type { ReportQueueEvent } from './queue-event.ts';
import { failureHistory } from './stored-message.ts';

export interface Failure {
  readonly attempt: number;
  readonly error: string;
}

/** Moves a message that failed, in one transaction: it is never in two places, and never in none. */
export interface MoveAside {
  /** Back to its queue after the delay of this attempt, or to the dead letters after the last. */
  toRetry(job: Claim, failure: Failure): Promise<void>;
  toDead(job: Claim, reason: DeadReason, failure: Failure): Promise<void>;
}

export interface MoveAsideOptions {
  readonly boss: PgBoss;
  readonly queue: QueueName;
  readonly prefix: string;
  readonly retryDelaysMs: readonly number[];
  readonly report: ReportQueueEvent;
}

export function createMoveAside(options: MoveAsideOptions): MoveAside {
  const { boss, queue, prefix, report } = options;
  const from = prefix + queue;

  function move(job: Claim, to: string, data: object, delayMs: number): Promise<void> {
    return inTransaction(boss, async (db) => {
      const { id, retryCount } = job;
      const removed = await boss.deleteJob(from, { id, retryCount }, { db });
      // None: we held it for so long that it was given to somebody else, whose it is now.
      const lapsed = 'affected' in removed && removed.affected === 0;
      if (!lapsed) await boss.insert(to, [{ data, startAfter: `${delayMs} milliseconds` }], { db });
    });
  }

  async function toDead(job: Claim, reason: DeadReason, failure: Failure): Promise<void> {
    const history = { ...failureHistory(job.data?.failure, { queue, ...failure }), reason };
    await move(job, prefix + DEAD_LETTER_QUEUES[queue], { ...job.data, failure: history }, 0);
    report({ event: 'message_dead', queue, messageId: job.data?.id, attempt: failure.attempt, detail: failure.error });
  }

  return {
    toDead,
    async toRetry(job, failure) {
      const delayMs = options.retryDelaysMs[failure.attempt - 1];
      if (delayMs === undefined) return toDead(job, 'attempts_exhausted', failure);
      const history = failureHistory(job.data.failure, { queue, ...failure });
      await move(job, from, { ...job.data, attempt: failure.attempt + 1, failure: history }, delayMs);
      const { attempt, error } = failure;
      report({ event: 'message_retried', queue, messageId: job.data.id, attempt, detail: error });
    },
  };
}
