import { CHOSEN, type DashboardPlan, PROCESS_VARIABLES } from './dashboard.ts';
import { chart, stat } from './panel.ts';

const NOW = [
  stat({
    title: 'Processes ready',
    description: 'Of those that Prometheus asks. Fewer than before: FreewayProcessDown, FreewayNotReady.',
    unit: 'none',
    queries: [{ expr: 'sum(freeway_ready)', legend: 'ready' }],
  }),
  stat({
    title: 'Authorizations',
    description: 'Answered a second, whatever with.',
    unit: 'reqps',
    queries: [{ expr: 'freeway:answers:rate5m', legend: 'answers' }],
  }),
  stat({
    title: 'Approved',
    description: 'Of what was decided in the last hour.',
    unit: 'percentunit',
    decimals: 1,
    queries: [{ expr: 'freeway:approval:ratio1h', legend: 'approved' }],
  }),
  stat({
    title: 'p99',
    description: 'Of an answer, from its first byte. Promised: under 100 ms.',
    unit: 's',
    warn: 0.05,
    bad: 0.1,
    queries: [{ expr: 'freeway:stage_seconds:p99_5m{stage="total"}', legend: 'p99' }],
  }),
  stat({
    title: 'Not decided',
    description: 'Answers in five minutes that the ledger did not give in time.',
    unit: 'none',
    decimals: 0,
    warn: 1,
    bad: 10,
    queries: [{ expr: 'sum(increase(freeway_authorizations_unavailable_total[5m]))', legend: 'not decided' }],
  }),
  stat({
    title: 'Alerts firing',
    description: 'Of any severity: Alerting names them, docs/monitoring.md says what to do.',
    unit: 'none',
    warn: 1,
    queries: [{ expr: 'count(ALERTS{alertstate="firing"}) or vector(0)', legend: 'alerts' }],
  }),
];

const ANSWERS = [
  chart({
    title: 'Answers',
    description: 'Approved, declined, and not decided in time.',
    unit: 'reqps',
    stacked: true,
    queries: [
      { expr: `sum(rate(freeway_authorizations_approved_total{${CHOSEN}}[$__rate_interval]))`, legend: 'approved' },
      { expr: `sum(rate(freeway_authorizations_declined_total{${CHOSEN}}[$__rate_interval]))`, legend: 'declined' },
      {
        expr: `sum(rate(freeway_authorizations_unavailable_total{${CHOSEN}}[$__rate_interval]))`,
        legend: 'not decided',
      },
    ],
  }),
  chart({
    title: 'Turned away',
    description: 'Before a decision: overload (503), wrong credentials (401), too large (413), not readable (400).',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (status) (rate(freeway_requests_refused_total{${CHOSEN}}[$__rate_interval]))`,
        legend: '{{status}}',
      },
      {
        expr: `sum by (code) (rate(freeway_requests_malformed_total{${CHOSEN}}[$__rate_interval]))`,
        legend: '400 {{code}}',
      },
    ],
  }),
  chart({
    title: 'Repeats, reused tokens, stale facts, notices',
    description: 'A reused token is one transaction told in two ways. Stale: decided again, since a fact had changed.',
    unit: 'reqps',
    queries: [
      { expr: `sum(rate(freeway_authorizations_repeated_total{${CHOSEN}}[$__rate_interval]))`, legend: 'repeated' },
      { expr: `sum(rate(freeway_tokens_reused_total{${CHOSEN}}[$__rate_interval]))`, legend: 'token reused' },
      { expr: `sum(rate(freeway_facts_stale_total{${CHOSEN}}[$__rate_interval]))`, legend: 'stale' },
      { expr: `sum(rate(freeway_notices_total{${CHOSEN}}[$__rate_interval]))`, legend: 'notices' },
    ],
  }),
  chart({
    title: 'Facts found without PostgreSQL',
    description: 'Share of look-ups answered by a cache. It falls while Redis is away, and after a start.',
    unit: 'percentunit',
    max: 1,
    queries: [
      {
        expr:
          `sum by (cache) (rate(freeway_fact_lookups_total{result="hit",${CHOSEN}}[$__rate_interval])) ` +
          `/ sum by (cache) (rate(freeway_fact_lookups_total{${CHOSEN}}[$__rate_interval]))`,
        legend: '{{cache}}',
      },
    ],
  }),
];

const PROCESSES = [
  chart({
    title: 'Ready',
    description: '1: requests should come here.',
    unit: 'none',
    max: 1,
    queries: [{ expr: `freeway_ready{${CHOSEN}}`, legend: '{{process}} {{instance}}' }],
  }),
  chart({
    title: 'Services, as each process sees them',
    description: '1 up, 0.5 degraded, 0 down: the worst of all processes.',
    unit: 'none',
    max: 1,
    queries: [{ expr: `min by (service) (freeway_service_up{${CHOSEN}})`, legend: '{{service}}' }],
  }),
  chart({
    title: 'Event loop in use',
    description:
      'Share of the time in which the process was not waiting. One process uses one core: near 1 it is full.',
    unit: 'percentunit',
    max: 1,
    warn: 0.7,
    bad: 0.85,
    queries: [
      {
        expr: `rate(freeway_event_loop_active_seconds_total{${CHOSEN}}[$__rate_interval])`,
        legend: '{{process}} {{instance}}',
      },
    ],
  }),
  chart({
    title: 'Event loop delay, p99',
    description: 'How late timers are. Over MAX_EVENT_LOOP_DELAY_MS a gateway refuses requests.',
    unit: 's',
    queries: [{ expr: `nodejs_eventloop_lag_p99_seconds{${CHOSEN}}`, legend: '{{process}} {{instance}}' }],
  }),
  chart({
    title: 'Memory',
    description: 'Resident. A gateway stays below 200 MiB after a million requests.',
    unit: 'bytes',
    bad: 419_430_400,
    queries: [{ expr: `process_resident_memory_bytes{${CHOSEN}}`, legend: '{{process}} {{instance}}' }],
  }),
  chart({
    title: 'Processor time',
    description: 'Cores in use, garbage collection and threads included.',
    unit: 'short',
    queries: [
      { expr: `rate(process_cpu_seconds_total{${CHOSEN}}[$__rate_interval])`, legend: '{{process}} {{instance}}' },
    ],
  }),
];

const POOLS = [
  chart({
    title: 'Connections to PostgreSQL in use',
    description: 'By pool and process, as a share of what the pool may have.',
    unit: 'percentunit',
    max: 1,
    warn: 0.8,
    queries: [
      {
        expr:
          `freeway:postgres_pool{state="active",${CHOSEN}} ` +
          `/ ignoring (state) freeway:postgres_pool{state="max",${CHOSEN}}`,
        legend: '{{pool}} {{process}} {{instance}}',
      },
    ],
  }),
  chart({
    title: 'Statements that wait for a connection',
    description: 'Above 0 for long: the pool is too small, or PostgreSQL too slow.',
    unit: 'short',
    warn: 1,
    queries: [
      { expr: `freeway:postgres_pool{state="waiting",${CHOSEN}}`, legend: '{{pool}} {{process}} {{instance}}' },
    ],
  }),
  chart({
    title: 'Statements',
    description: 'A second, by pool.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (pool) (rate(freeway:postgres_pool{state="queries",${CHOSEN}}[$__rate_interval]))`,
        legend: '{{pool}}',
      },
    ],
  }),
  chart({
    title: 'Slow and failed statements',
    description: 'Slow: over SLOW_QUERY_MS, each with a line in the log.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (pool) (rate(freeway:postgres_pool{state="slow",${CHOSEN}}[$__rate_interval]))`,
        legend: 'slow {{pool}}',
      },
      {
        expr: `sum by (pool) (rate(freeway:postgres_pool{state="failed",${CHOSEN}}[$__rate_interval]))`,
        legend: 'failed {{pool}}',
      },
    ],
  }),
  chart({
    title: 'Redis',
    description: 'Look-ups in the shared cache. Refused: the breaker was open, and nothing waited.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (state) (rate(freeway_redis{state=~"hits|misses|failed|refused",${CHOSEN}}[$__rate_interval]))`,
        legend: '{{state}}',
      },
    ],
  }),
  chart({
    title: 'Connections to MongoDB',
    description: 'Open, and in use.',
    unit: 'short',
    queries: [{ expr: `sum by (state) (freeway_mongodb_pool{${CHOSEN}})`, legend: '{{state}}' }],
  }),
];

const MACHINES = [
  chart({
    title: 'Disk left',
    description: 'Share of each file system. PostgreSQL stops when its disk is full.',
    unit: 'percentunit',
    max: 1,
    lowIsBad: true,
    warn: 0.4,
    bad: 0.1,
    queries: [{ expr: 'machine:filesystem_avail:ratio', legend: '{{instance}} {{mountpoint}}' }],
  }),
  chart({
    title: 'Processors and memory in use',
    description: 'Of each machine.',
    unit: 'percentunit',
    max: 1,
    bad: 0.9,
    queries: [
      { expr: 'machine:cpu_busy:ratio5m', legend: 'processors {{instance}}' },
      { expr: '1 - machine:memory_available:ratio', legend: 'memory {{instance}}' },
    ],
  }),
];

export const OPERATIONS: DashboardPlan = {
  uid: 'freeway-operations',
  title: 'Freeway: operations',
  description: 'Whether all is well: answers, processes, connections, machines.',
  variables: PROCESS_VARIABLES,
  rows: [
    { title: 'Now', panels: NOW },
    { title: 'Answers', panels: ANSWERS },
    { title: 'Processes', panels: PROCESSES },
    { title: 'What they lean on', panels: POOLS },
    { title: 'Machines', panels: MACHINES },
  ],
};
