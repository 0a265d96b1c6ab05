import {
  DEAD_LETTER_QUEUES,
  MAX_NAMED_IDS,
  type DeadLetterFilter,
  type DeadLetterOutcome,
  type QueueName,
} from '@freeway/core';
import { recordAudit, type Postgres } from '@freeway/postgres';

export interface AuditedAction {
  readonly verb: 'redrive' | 'discard';
  readonly queue: QueueName;
  readonly filter: DeadLetterFilter;
  readonly actor: string;
}

/**
 * Two records of every action: what somebody set out to do, before the first letter moves, and what came of it. The broker
 * has no part in the database's transactions, so one of them alone could be of something that never was, or miss something
 * that was.
 */
export interface Audit {
  started(): Promise<void>;
  finished(outcome: DeadLetterOutcome): Promise<void>;
  failed(error: unknown, progress: { readonly done: number }): Promise<void>;
}

export function createAudit(postgres: Postgres, { verb, queue, filter, actor }: AuditedAction): Audit {
  function record(phase: string, detail: object): Promise<void> {
    return postgres.transaction(`operator.dlq_${verb}`, (sql) =>
      recordAudit(sql, {
        actor,
        verb: `dlq_${verb}`,
        subject: `queue:${DEAD_LETTER_QUEUES[queue]}`,
        detail: { phase, filter: filterDetail(filter), ...detail },
      }),
    );
  }
  return {
    started: () => record('started', {}),
    finished({ total, matching, done, ids }) {
      return record('finished', { total, matching, done, ids, ids_left_out: Math.max(0, done - ids.length) });
    },
    failed: (error, { done }) =>
      record('failed', { done, error: error instanceof Error ? error.message : String(error) }),
  };
}

function filterDetail({ ids, types, reasons, errorText, failedBeforeMs, failedAfterMs }: DeadLetterFilter): object {
  return {
    ...(ids === undefined ? {} : { ids: ids.slice(0, MAX_NAMED_IDS) }),
    ...(types === undefined ? {} : { types }),
    ...(reasons === undefined ? {} : { reasons }),
    ...(errorText === undefined ? {} : { error_text: errorText }),
    ...(failedBeforeMs === undefined ? {} : { failed_before: new Date(failedBeforeMs).toISOString() }),
    ...(failedAfterMs === undefined ? {} : { failed_after: new Date(failedAfterMs).toISOString() }),
  };
}
