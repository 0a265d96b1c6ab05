import { build } from 'hdr-histogram-js';
import type { LatencyMs } from '../traffic-report.ts';
import type { Outcome } from '../exchange.ts';

/** What became of the notifications so far. */
export interface WebhookReport {
  /** Notifications handed over, repeats of them not counted. */
  readonly notifications: number;
  /** Sent a second time although they had arrived. */
  readonly duplicates: number;
  /** Notifications answered with 200, duplicates among them. */
  readonly acknowledged: number;
  /** Notifications given up after the last try. */
  readonly dropped: number;
  /** Messages sent, each a batch, and how often each answer came: a status, `timed_out` or `connection_error`. */
  readonly posts: number;
  readonly answers: Readonly<Record<string, number>>;
  /** Posts that were not the first of their batch. */
  readonly retries: number;
  /** On their way, or waiting for a retry. */
  readonly waiting: number;
  /** From sending to the last byte of the answer, answered posts only. */
  readonly latencyMs: LatencyMs;
}

export interface WebhookTally {
  readonly counts: { notifications: number; duplicates: number; acknowledged: number; dropped: number };
  posted(outcome: Outcome, ms: number, isRetry: boolean): void;
  report(waiting: number): WebhookReport;
}

export function createWebhookTally(): WebhookTally {
  const latency = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  });
  const counts = { notifications: 0, duplicates: 0, acknowledged: 0, dropped: 0 };
  const answers: Record<string, number> = {};
  let posts = 0;
  let retries = 0;
  const at = (percentile: number): number => latency.getValueAtPercentile(percentile) / 1000;
  return {
    counts,
    posted(outcome, ms, isRetry) {
      posts++;
      if (isRetry) retries++;
      const name = outcome.kind === 'answered' ? String(outcome.answer.status) : outcome.kind;
      answers[name] = (answers[name] ?? 0) + 1;
      if (outcome.kind === 'answered') latency.recordValue(Math.min(60_000_000, Math.max(1, Math.round(ms * 1000))));
    },
    report: (waiting) => ({
      ...counts,
      posts,
      retries,
      answers: { ...answers },
      waiting,
      latencyMs: { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: latency.maxValue / 1000 },
    }),
  };
}
