import type { LatencyPoint, LoadResult, SecondOfLoad } from '../../src/authorizations/load/load-result.ts';
import { figuresOf } from '../../src/authorizations/report/figures-of.ts';
import { RUN } from '../../src/authorizations/report/run-names.ts';
import type {
  ByProcess,
  SaturationCurve,
  SuiteResult,
  SuiteRun,
  System,
} from '../../src/authorizations/report/suite-result.ts';
import type { Latency } from '../../src/latency.ts';

/** Numbers that could be, made up for the tests. */

const PERCENTILES = [0, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 100];

/** A tail that doubles with each nine or so. */
function curveOf(p50: number, steepness: number): readonly LatencyPoint[] {
  return PERCENTILES.map((percentile) => {
    const nines = Math.min(5.5, -Math.log10(1 - Math.min(percentile, 99.9999) / 100));
    return { percentile, ms: p50 * steepness ** (nines - 0.3) };
  });
}

function latencyFrom(curve: readonly LatencyPoint[]): Latency {
  const at = (percentile: number): number => curve.find((point) => point.percentile === percentile)?.ms ?? 0;
  return { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: at(100) };
}

function overTime(seconds: number, latency: Latency, spikeAt: number | undefined): readonly SecondOfLoad[] {
  return Array.from({ length: seconds }, (_, second) => {
    const sway = 1 + 0.15 * Math.sin(second * 1.7) + (second === 0 ? 0.6 : 0) + (second === spikeAt ? 1.2 : 0);
    return { second, answered: 1000, p50: latency.p50, p99: latency.p99 * sway, max: latency.max * sway };
  });
}

interface Made {
  readonly perSecond: number;
  readonly p50: number;
  readonly steepness?: number;
  readonly seconds?: number;
  readonly isOpen?: boolean;
  readonly spikeAt?: number;
}

export function loadOf({ perSecond, p50, steepness = 1.7, seconds = 30, isOpen = false, spikeAt }: Made): LoadResult {
  const curve = curveOf(p50, steepness);
  const latencyMs = latencyFrom(curve);
  const answered = perSecond * seconds;
  return {
    loop: isOpen ? 'open' : 'closed',
    seconds,
    sent: answered,
    answered,
    answeredPerSecond: perSecond,
    offeredPerSecond: isOpen ? perSecond : undefined,
    approved: Math.round(answered * 0.88),
    declined: { CARD_SUSPENDED: Math.round(answered * 0.06), INSUFFICIENT_FUNDS: Math.round(answered * 0.04) },
    repeated: Math.round(answered * 0.02),
    wrong: {},
    latencyMs,
    curve,
    overTime: overTime(seconds, latencyMs, spikeAt),
    sentLateMs: isOpen ? { p50: 0.4, p95: 0.9, p99: 1.3, p999: 2.2, max: 6 } : undefined,
  };
}

type Names = readonly [name: string, title: string, group: string];

export function runOf(names: Names, made: Made, cpuUs: ByProcess, system: System = 'freeway'): SuiteRun {
  const [name, title, group] = names;
  return { name, title, group, system, load: loadOf(made), cpuUs };
}

const FREEWAY_CPU = { gateway: 47, PostgreSQL: 61, 'load generator': 44 };
const SATURATED = 'saturated';
const AT_A_RATE = 'at a rate';
const DEATHS = 'while a server dies';

export const RUNS: readonly SuiteRun[] = [
  runOf([RUN.uniform, 'Freeway, uniform', SATURATED], { perSecond: 9800, p50: 6.1 }, FREEWAY_CPU),
  runOf(
    [RUN.hot, 'Freeway, one hot account', SATURATED],
    { perSecond: 12_100, p50: 4.9 },
    { ...FREEWAY_CPU, PostgreSQL: 48 },
  ),
  runOf(
    [RUN.nullServer, 'Fastify null server', SATURATED],
    { perSecond: 27_400, p50: 2.1, steepness: 1.5 },
    { 'null server': 34, 'load generator': 38 },
    'null server',
  ),
  runOf(
    [RUN.textbook, 'textbook', SATURATED],
    { perSecond: 1310, p50: 43, steepness: 1.35 },
    { textbook: 420, PostgreSQL: 890, 'load generator': 61 },
    'textbook',
  ),
  runOf([RUN.half, 'Freeway, half of saturation', AT_A_RATE], { perSecond: 4900, p50: 2.4, isOpen: true }, FREEWAY_CPU),
  runOf(
    [RUN.at500, 'Freeway, 500/s', AT_A_RATE],
    { perSecond: 500, p50: 1.6, isOpen: true, seconds: 60 },
    { gateway: 96, PostgreSQL: 148, 'load generator': 90 },
  ),
  runOf(
    [RUN.floor, "null server, half of Freeway's saturation", AT_A_RATE],
    { perSecond: 4900, p50: 0.6, isOpen: true, steepness: 1.6 },
    { 'null server': 36, 'load generator': 48 },
    'null server',
  ),
  runOf([RUN.allAlive, 'all servers alive', DEATHS], { perSecond: 1000, p50: 1.7, isOpen: true }, FREEWAY_CPU),
  {
    ...runOf(
      [RUN.redisDies, 'Redis dies', DEATHS],
      { perSecond: 1000, p50: 1.9, isOpen: true, spikeAt: 10 },
      { ...FREEWAY_CPU, Redis: 5 },
    ),
    events: [{ second: 10, title: 'dies' }],
  },
  runOf(
    [RUN.rabbitmqDies, 'RabbitMQ dies', DEATHS],
    { perSecond: 1000, p50: 1.72, isOpen: true },
    { ...FREEWAY_CPU, RabbitMQ: 38 },
  ),
  runOf([RUN.mongodbDies, 'MongoDB dies', DEATHS], { perSecond: 1000, p50: 1.75, isOpen: true }, FREEWAY_CPU),
  runOf(
    [RUN.large, '10 million cards, 20 million authorizations', 'more data, more processes'],
    { perSecond: 8020, p50: 7.6 },
    { ...FREEWAY_CPU, PostgreSQL: 79 },
  ),
  runOf(
    [RUN.emptyBesideLarge, 'small and new, beside 10 million cards', 'more data, more processes'],
    { perSecond: 9800, p50: 6.1 },
    FREEWAY_CPU,
  ),
  runOf(
    [RUN.oneGateway, 'one gateway, ten hot accounts', 'more data, more processes'],
    { perSecond: 11_000, p50: 5.4 },
    FREEWAY_CPU,
  ),
  runOf(
    [RUN.twoGateways, 'two gateways, ten hot accounts', 'more data, more processes'],
    { perSecond: 9400, p50: 6.4 },
    FREEWAY_CPU,
  ),
  {
    ...runOf(
      [RUN.million, '1 million requests', 'for long'],
      { perSecond: 4000, p50: 2.2, isOpen: true, seconds: 250 },
      FREEWAY_CPU,
    ),
    rssBytes: { gateway: 168e6 },
  },
];

function pointOf(offered: number, capacity: number, basisMs: number, cpu: ByProcess) {
  const achieved = Math.min(offered, capacity);
  const busy = Math.min(0.98, offered / capacity);
  const p50Ms = basisMs / (1 - busy * 0.9);
  const cpuCores = Object.fromEntries(Object.entries(cpu).map(([process, us]) => [process, (achieved * us) / 1e6]));
  return {
    offeredPerSecond: offered,
    achievedPerSecond: achieved,
    p50Ms,
    p99Ms: p50Ms * (busy > 0.97 ? 9 : 2.6),
    cpuCores,
  };
}

const CURVES: readonly SaturationCurve[] = [
  {
    system: 'freeway',
    title: 'Freeway',
    points: [500, 1000, 2000, 4000, 6000, 8000, 9000, 10_000, 12_000].map((offered) =>
      pointOf(offered, 9700, 1.4, FREEWAY_CPU),
    ),
  },
  {
    system: 'textbook',
    title: 'textbook',
    points: [
      ...[200, 400, 800, 1200].map((offered) =>
        pointOf(offered, 1310, 6, { textbook: 420, PostgreSQL: 890, 'load generator': 61 }),
      ),
      {
        ...pointOf(1600, 1310, 6, { textbook: 420, PostgreSQL: 890, 'load generator': 61 }),
        p99Ms: 2900,
        fault: '212 x no answer',
      },
    ],
  },
  {
    system: 'null server',
    title: 'Fastify null server',
    points: [1000, 4000, 8000, 12_000, 16_000].map((offered) =>
      pointOf(offered, 26_000, 0.5, { 'null server': 34, 'load generator': 40 }),
    ),
  },
];

export const SUITE: SuiteResult = {
  startedAt: '2026-02-03T04:05:06.000Z',
  tookMs: 1_260_000,
  command: 'authorizations --for 30s',
  commit: { revision: '13c8821aa0b1c2d3e4f5061728394a5b6c7d8e9f', isDirty: false },
  machine: {
    cores: 2,
    loadBefore: [0.12, 0.2, 0.3],
    loadAfter: [2.31, 2, 1],
    cpuModel: 'AMD EPYC 9R14',
    memoryBytes: 25_202_000_000,
    kernel: 'Linux 6.1.0',
    node: 'Node 24.21.0',
    postgres: 'PostgreSQL 18.4',
  },
  runs: RUNS,
  saturation: CURVES,
  references: [
    { title: 'the same SQL through pgbench, batches of 64', authorizationsPerSecond: 15_400 },
    {
      title: 'the same SQL through pgbench, batches of 1',
      authorizationsPerSecond: undefined,
      why: 'pgbench is not installed',
    },
  ],
  figures: figuresOf(RUNS),
  failures: [],
};

/** The fixture with one run changed, and its figures made anew. */
export function suiteWith(name: string, change: (run: SuiteRun) => SuiteRun): SuiteResult {
  const runs = RUNS.map((run) => (run.name === name ? change(run) : run));
  return { ...SUITE, runs, figures: figuresOf(runs) };
}

export function withLoad(change: Partial<LoadResult>): (run: SuiteRun) => SuiteRun {
  return (run) => ({ ...run, load: { ...run.load, ...change } });
}
