import { CHOSEN, type DashboardPlan, PROCESS_VARIABLES } from './dashboard.ts';
import { chart, stat } from './panel.ts';

const TOTAL = `freeway_stage_seconds_bucket{stage="total",${CHOSEN}}`;

const quantile = (q: number) => ({
  expr: `histogram_quantile(${q}, sum by (le) (rate(${TOTAL}[$__rate_interval])))`,
  legend: `p${q * 100}`,
});

const burn = (window: string) => ({
  expr: `freeway:slow_answers:ratio${window} / 0.01`,
  legend: window,
});

const PROMISE = [
  stat({
    title: 'p99',
    description: 'Over five minutes. Promised: under 100 ms.',
    unit: 's',
    warn: 0.05,
    bad: 0.1,
    queries: [{ expr: 'freeway:stage_seconds:p99_5m{stage="total"}', legend: 'p99' }],
  }),
  stat({
    title: 'p50',
    description: 'Over five minutes.',
    unit: 's',
    queries: [{ expr: 'freeway:stage_seconds:p50_5m{stage="total"}', legend: 'p50' }],
  }),
  stat({
    title: 'Slower than promised, 1 h',
    description: 'Share of answers that took longer than 100 ms. 1 % is what the promise allows.',
    unit: 'percentunit',
    decimals: 2,
    warn: 0.01,
    bad: 0.144,
    queries: [{ expr: 'freeway:slow_answers:ratio1h', legend: 'slower' }],
  }),
  stat({
    title: 'Slower than promised, 6 h',
    description: 'Share of answers that took longer than 100 ms.',
    unit: 'percentunit',
    decimals: 2,
    warn: 0.01,
    bad: 0.06,
    queries: [{ expr: 'freeway:slow_answers:ratio6h', legend: 'slower' }],
  }),
  stat({
    title: 'Waiting for a commit',
    description: 'Authorizations in the commit queues now.',
    unit: 'none',
    warn: 50,
    queries: [{ expr: `sum(freeway_commit_queue{${CHOSEN}})`, legend: 'waiting' }],
  }),
  stat({
    title: 'Answers',
    description: 'A second.',
    unit: 'reqps',
    queries: [{ expr: 'freeway:answers:rate5m', legend: 'answers' }],
  }),
];

const CHARTS = [
  chart({
    title: 'An answer, from its first byte',
    description: 'All gateways together; quantiles are as exact as the buckets of the histogram.',
    unit: 's',
    bad: 0.1,
    queries: [quantile(0.5), quantile(0.95), quantile(0.99), quantile(0.999)],
  }),
  chart({
    title: 'How fast the promise is used up',
    description: '1: exactly what it allows. 14.4 over an hour, or 6 over six hours, raise an alert.',
    unit: 'none',
    warn: 6,
    bad: 14.4,
    queries: [burn('5m'), burn('30m'), burn('1h'), burn('6h')],
  }),
  chart({
    title: 'Where the time goes, on average',
    description: 'Seconds of each stage in an answer.',
    unit: 's',
    stacked: true,
    queries: [
      {
        expr:
          `sum by (stage) (rate(freeway_stage_seconds_sum{stage!="total",${CHOSEN}}[$__rate_interval])) / ignoring (stage) ` +
          `group_left sum(rate(freeway_stage_seconds_count{stage="total",${CHOSEN}}[$__rate_interval]))`,
        legend: '{{stage}}',
      },
    ],
  }),
  chart({
    title: 'p99 of each stage',
    description:
      'commit is the ledger: waiting for a batch, and its transaction. Look-ups are slow when caches are cold.',
    unit: 's',
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (stage, le) (rate(freeway_stage_seconds_bucket{stage!="total",${CHOSEN}}[$__rate_interval])))`,
        legend: '{{stage}}',
      },
    ],
  }),
  chart({
    title: 'p99 of each gateway',
    description: 'One that stands out is overloaded, or far from PostgreSQL.',
    unit: 's',
    bad: 0.1,
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (instance, le) (rate(${TOTAL}[$__rate_interval])))`,
        legend: '{{instance}}',
      },
    ],
  }),
  chart({
    title: 'Slow answers',
    description: 'Over SLOW_REQUEST_WARN_MS and SLOW_REQUEST_CRITICAL_MS; the log has the stages of some.',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (severity) (rate(freeway_slow_requests_total{${CHOSEN}}[$__rate_interval]))`,
        legend: '{{severity}}',
      },
    ],
  }),
  chart({
    title: 'Waiting for a commit',
    description: 'Not 0 at peaks is how batches form; never 0 means that the ledger falls behind.',
    unit: 'short',
    queries: [{ expr: `freeway_commit_queue{${CHOSEN}}`, legend: '{{process}} {{instance}}' }],
  }),
  chart({
    title: 'Event loop delay, p99',
    description: 'What a request waits for before anything of ours begins.',
    unit: 's',
    queries: [{ expr: `nodejs_eventloop_lag_p99_seconds{${CHOSEN}}`, legend: '{{process}} {{instance}}' }],
  }),
];

const PLATFORM = [
  chart({
    title: 'As Marqeta has measured it',
    description: 'How long it waited for our answer, by its own log, and what of that was not our own work.',
    unit: 'ms',
    queries: [
      {
        expr: 'histogram_quantile(0.99, sum by (le) (rate(freeway_answer_duration_ms_bucket[$__rate_interval])))',
        legend: 'answer p99',
      },
      {
        expr: 'histogram_quantile(0.99, sum by (le) (rate(freeway_network_share_ms_bucket[$__rate_interval])))',
        legend: 'on the way p99',
      },
    ],
  }),
  chart({
    title: 'Answers near the time-out',
    description: 'Took four fifths of what Marqeta waits, or more. Each is about to be declined, or stood in for.',
    unit: 'short',
    warn: 1,
    queries: [{ expr: 'sum(increase(freeway_answers_near_timeout_total[5m]))', legend: 'in five minutes' }],
  }),
];

export const LATENCY: DashboardPlan = {
  uid: 'freeway-latency',
  title: 'Freeway: latency by stage',
  description: 'How long answers take, where the time goes, and what is left of the promise.',
  variables: PROCESS_VARIABLES,
  rows: [
    { title: 'The promise', panels: PROMISE },
    { title: 'Where the time goes', panels: CHARTS },
    { title: 'Seen from the platform', panels: PLATFORM },
  ],
};
