import type { QueueName } from '@freeway/core';
import type { Job, JobAttempt, PgBoss } from 'pg-boss';
import { errorText, type ReportQueueEvent } from './queue-event.ts';
import type { StoredMessage } from './stored-message.ts';

/** A message claimed for this process. */
export type Claim = Job<StoredMessage>;

/** How messages are claimed, kept and given back. Failures are reported, never thrown: the claim lapses by itself. */
export interface Claims {
  /** At most this many, in the order of publication; undefined if the database did not answer. */
  take(count: number): Promise<Claim[] | undefined>;
  /** Says that their holder is alive. */
  keep(claims: Iterable<Claim>): void;
  /** For messages nobody has seen yet: they are delivered again. */
  giveBack(claims: readonly Claim[]): Promise<void>;
}

/**
 * Our messages have no group, so this limits nothing. It makes pg-boss look the claimed rows up by id; its plain statement
 * is planned, as long as the table's statistics know nothing of a new backlog, as one pass over the backlog per row.
 */
const PLAN_WITHOUT_STATISTICS = { groupConcurrency: 1 };

export function createClaims(boss: PgBoss, name: string, queue: QueueName, report: ReportQueueEvent): Claims {
  const failed = (what: string) => (error: unknown) => {
    report({ event: 'error', queue, detail: `${what}: ${errorText(error)}` });
    return undefined;
  };
  return {
    async take(count) {
      const settings = { batchSize: count, ...PLAN_WITHOUT_STATISTICS };
      const claims = await boss.fetch<StoredMessage>(name, settings).catch(failed('nothing fetched'));
      // The claim's RETURNING has no order of its own.
      return claims?.toSorted((a, b) => (a.data?.published ?? 0) - (b.data?.published ?? 0));
    },
    keep(claims) {
      const attempts = [...claims].map(attemptOf);
      if (attempts.length > 0) boss.touch(name, attempts).catch(failed('claims not renewed'));
    },
    async giveBack(claims) {
      if (claims.length > 0) await boss.fail(name, claims.map(attemptOf)).catch(failed('claims not given back'));
    },
  };
}

function attemptOf({ id, retryCount }: JobAttempt): JobAttempt {
  return { id, retryCount };
}
