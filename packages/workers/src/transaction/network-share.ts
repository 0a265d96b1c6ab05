import { type Postgres, readOwnTimes } from '@freeway/postgres';
import { createRateLimitedLog, type Logger, type Metrics } from '@freeway/runtime';

/** How the platform logged an answer of ours, as far as time goes. */
export interface TimedAnswer {
  readonly decisionId?: string;
  /** Milliseconds that the platform waited for us. */
  readonly durationMs?: number;
}

export interface NetworkShareOptions {
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** After which the platform no longer waits (money.md *deadline*). */
  readonly timeoutMs: number;
  readonly postgres: Postgres;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

export interface NetworkShare {
  /** Looks at the answers of a batch of records; those without a duration are passed over. */
  observe(answers: readonly TimedAnswer[]): Promise<void>;
}

/** An answer that took this much of the time-out is too late for the slightest delay on the way. */
const NEAR = 0.8;
/** Times are compared for a sample: they tell of the way, which is the same for all. */
const COMPARED_EVERY_MS = 1000;
const BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 3000, 5000, 7000];

/** What the platform waited for our answers, and how much of that was not our own look-ups and decision. */
export function createNetworkShare(options: NetworkShareOptions): NetworkShare {
  const { metrics, logger, timeoutMs, postgres, clock = performance.now.bind(performance) } = options;
  const durations = metrics.histogram(
    'freeway_answer_duration_ms',
    'Milliseconds that the platform waited for our answer, by its own log.',
    BUCKETS_MS,
  );
  const share = metrics.histogram(
    'freeway_network_share_ms',
    'Of these, what was not our look-ups and decision: the way there and back, and the commit. A sample.',
    BUCKETS_MS,
  );
  const near = metrics.counter(
    'freeway_answers_near_timeout_total',
    'Answers that the platform waited for as long as four fifths of its time-out, or longer.',
  );
  const log = createRateLimitedLog(logger, clock);
  let comparedAtMs = -Infinity;

  return {
    async observe(answers) {
      const known = new Map<string, number>();
      for (const { decisionId, durationMs } of answers) {
        if (durationMs === undefined) continue;
        durations.observe(durationMs);
        if (decisionId !== undefined) known.set(decisionId, durationMs);
        if (durationMs < NEAR * timeoutMs) continue;
        near.inc();
        const detail = { decision_id: decisionId, duration_ms: durationMs, timeout_ms: timeoutMs };
        log('near', 10_000, 'warn', detail, 'the platform waited almost too long, or too long, for our answer');
      }
      if (known.size === 0 || clock() < comparedAtMs + COMPARED_EVERY_MS) return;
      comparedAtMs = clock();
      for (const [decisionId, ownMs] of await readOwnTimes(postgres, [...known.keys()]))
        share.observe(Math.max(0, (known.get(decisionId) ?? 0) - ownMs));
    },
  };
}
