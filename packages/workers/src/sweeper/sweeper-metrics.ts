import type { SealLag, Unconfirmed } from '@freeway/postgres';
import type { Children, Metrics } from '@freeway/runtime';
import { type BooksMetrics, createBooksMetrics } from './books-metrics.ts';

const OUTCOMES = ['found', 'not_found', 'failed'] as const;

type Counter = ReturnType<Metrics['counter']>;

export interface SweeperMetrics {
  readonly lookups: Children<(typeof OUTCOMES)[number], Counter>;
  readonly released: Counter;
  readonly expired: Counter;
  readonly skipped: Counter;
  readonly refolded: Counter;
  readonly sealed: Counter;
  /** What the last round left. */
  unsealed(lag: SealLag): void;
  readonly books: BooksMetrics;
  /** What the last round found. */
  unconfirmed(seen: Unconfirmed): void;
  /** Whether this is the one that acts; what one that stands by has seen is of no use. */
  acts(isActing: boolean): void;
}

export function createSweeperMetrics(metrics: Metrics): SweeperMetrics {
  let seen: Unconfirmed | undefined;
  let lag: SealLag | undefined;
  const acting = metrics.gauge('freeway_sweeper_acting', '1 for the sweeper that acts, 0 for one that stands by.');
  metrics.readGauges(
    'freeway_unconfirmed_approvals',
    'Approvals that no record has confirmed, by how long ago we decided.',
    'age',
    () => seen?.counts ?? {},
  );
  metrics.readGauge('freeway_unconfirmed_oldest_seconds', 'Age of the oldest of them.', () =>
    seen === undefined ? Number.NaN : seen.oldestAgeMs / 1000,
  );
  metrics.readGauge('freeway_unsealed_rows', 'Decisions, bookings and audit records that no block has yet.', () =>
    lag === undefined ? Number.NaN : lag.rows,
  );
  metrics.readGauge('freeway_unsealed_oldest_seconds', 'Age of the oldest decision among them.', () =>
    lag === undefined ? Number.NaN : lag.oldestMs / 1000,
  );
  const books = createBooksMetrics(metrics);
  return {
    sealed: metrics.counter('freeway_rows_sealed_total', 'Rows of the decision record that were sealed.'),
    unsealed: (now) => void (lag = now),
    lookups: metrics.counters('freeway_lookups_total', 'Look-ups of transactions.', 'outcome', OUTCOMES),
    released: metrics.counter(
      'freeway_approvals_released_total',
      'Approvals released because the platform does not know them.',
    ),
    expired: metrics.counter('freeway_holds_expired_total', 'Holds that the sweeper has expired.'),
    skipped: metrics.counter('freeway_expiry_skipped_total', 'Rounds without expiry, since intake was behind.'),
    refolded: metrics.counter('freeway_chains_refolded_total', 'Chains that were folded anew after a commit.'),
    books,
    unconfirmed: (now) => void (seen = now),
    acts(isActing) {
      acting.set(isActing ? 1 : 0);
      if (isActing) return;
      seen = lag = undefined;
      books.forget();
    },
  };
}
