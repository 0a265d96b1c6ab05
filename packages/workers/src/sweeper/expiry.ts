import type { RecordLedger } from '@freeway/core';
import { type DueHold, expiryRecord, type Postgres, readDueHolds } from '@freeway/postgres';
import { createBatches, createRateLimitedLog, type Logger } from '@freeway/runtime';
import type { SweeperMetrics } from './sweeper-metrics.ts';

export interface ExpiryOptions {
  readonly postgres: Postgres;
  readonly ledger: RecordLedger;
  /** Why nothing may expire now; undefined: it may. */
  readonly whyBehind: () => Promise<string | undefined>;
  readonly graceMs: number;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Holds expired in one transaction at most. Default 100. */
  readonly batchMax?: number;
}

export interface ExpiryReport {
  readonly expired: number;
  /** What could not be expired; the log says why. */
  readonly failed: number;
  /** Why the round, or what was left of it, was skipped. */
  readonly skipped?: string;
}

/** Expires what has lapsed (money.md *expiry*): until nothing is left, intake falls behind, or it is told to stop. */
export function createExpiry(options: ExpiryOptions): (signal: AbortSignal) => Promise<ExpiryReport> {
  const { postgres, whyBehind, graceMs, metrics, logger, batchMax = 100 } = options;
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  const read = () => readDueHolds(postgres, { graceMs, limit: batchMax });

  /** One that fails must not keep the others open. */
  async function expireAll(due: readonly DueHold[]): Promise<number> {
    const expireOne = createBatches<DueHold>({ batchMax, failure: 'alone', run: (holds) => expire(options, holds) });
    const results = await Promise.allSettled(due.map(expireOne));
    for (const result of results)
      if (result.status === 'rejected')
        log('expire', 1000, 'error', { err: result.reason }, 'a hold could not be expired, and is tried again');
    return results.filter(({ status }) => status === 'fulfilled').length;
  }

  return async (signal) => {
    let expired = 0;
    let due = await read();
    while (due.length > 0 && !signal.aborted) {
      const skipped = await whyBehind();
      if (skipped !== undefined) {
        metrics.skipped.inc();
        logger.warn({ why: skipped }, 'intake is behind: no hold expires');
        return { expired, failed: 0, skipped };
      }
      // Once more: what was known before intake was found to keep up is in the books now, and may have a newer date.
      due = await read();
      const done = await expireAll(due);
      metrics.expired.inc(done);
      expired += done;
      if (done < due.length) return { expired, failed: due.length - done };
      due = await read();
    }
    if (expired > 0) logger.info({ holds: expired }, 'holds expired');
    return { expired, failed: 0 };
  };
}

async function expire({ ledger, graceMs, now }: ExpiryOptions, due: readonly DueHold[]): Promise<void> {
  const applied = await ledger.applyRecords(due.map((hold) => expiryRecord(hold, hold.expiresAtMs)));
  // Known already and still open: a date before that of the approval, which it cannot close. The end of the grace can.
  const open = due.filter((_, index) => applied[index]?.status === 'duplicate');
  await ledger.applyRecords(open.map((hold) => expiryRecord(hold, now() - graceMs)));
}
