import type { AppliedRecord } from '@freeway/core';
import { countDrift, DRIFT_KINDS, type Postgres, recordAgreement } from '@freeway/postgres';
import { createRateLimitedLog, type Logger, type Metrics } from '@freeway/runtime';
import { createNetworkShare } from './network-share.ts';
import type { Decoded } from './transaction-worker.ts';

export interface ComparisonOptions {
  readonly postgres: Postgres;
  /** After which the platform no longer waits for an answer. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type Comparison = (records: readonly Decoded[], applied: readonly AppliedRecord[]) => Promise<void>;

/**
 * money.md *agreement*: what records say besides is compared with our books and our answers, once they are applied. Differences
 * are counted, listed and said aloud; they move no money.
 */
export function createComparison({ postgres, timeoutMs, logger, metrics }: ComparisonOptions): Comparison {
  const differing = metrics.counters(
    'freeway_drift_total',
    "Differences between our books or answers and the platform's word, by what differs.",
    'kind',
    DRIFT_KINDS,
  );
  metrics.readGauges(
    'freeway_drift_lasting',
    'Accounts that differ from the platform by more than what is on its way, by what differs.',
    'kind',
    // A database that is away has no numbers; the rest of the page must still be served.
    () => countDrift(postgres).catch(() => ({})),
  );
  const networkShare = createNetworkShare({ metrics, logger, timeoutMs, postgres });
  const log = createRateLimitedLog(logger, performance.now.bind(performance));

  return async (records, applied) => {
    const differences = await recordAgreement(
      postgres,
      records.map(({ record, agreement }, nth) => {
        const accountId = applied[nth]?.accountId;
        return { record, word: agreement, ...(accountId === undefined ? {} : { accountId }) };
      }),
    );
    for (const { kind, isNew, accountId, transactionToken, ours, theirs } of differences) {
      differing[kind].inc();
      // What is held differs for a moment while records are on their way; the gauge counts what lasts.
      if (!isNew || kind === 'holds') continue;
      const detail = { kind, account_id: accountId, transaction_token: transactionToken, ours, theirs };
      log(`drift ${kind}`, 1000, 'error', detail, 'we and the platform differ');
    }
    await networkShare.observe(records.flatMap(({ agreement }) => agreement.answer ?? []));
  };
}
