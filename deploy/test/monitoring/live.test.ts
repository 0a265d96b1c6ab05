// The real Prometheus asks real processes with traffic, by the very files of deploy/prometheus: every expression of every
// dashboard, recording rule and alert gives data. An expression that asks for what is not there is a line nobody would miss.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { readExpressions } from '../../src/monitoring/expressions.ts';
import { startExporters } from './exporters.ts';
import { type FreewayUnderTest, startFreeway } from './freeway-under-test.ts';
import { type PrometheusUnderTest, startPrometheus } from './prometheus-under-test.ts';
import {
  DATABASE_URL,
  haveAll,
  MONGODB_URI,
  NODE_EXPORTER,
  POSTGRES_EXPORTER,
  PROMETHEUS,
  RABBITMQ_METRICS_URL,
  RABBITMQ_URL,
  REDIS_URL,
} from './servers.ts';
import { openDatabase, type TestDatabase } from './test-database.ts';
import type { Child } from './child.ts';
import { WITHOUT_DATA } from './without-data.ts';

/** They tell how fast the machine is and how full its disk, or of what is played: Marqeta standing in. */
const MAY_FIRE = [
  'DiskAlmostFull',
  'FreewayLedgerUnavailable',
  'FreewayOverloaded',
  'FreewayPromiseBurnsFast',
  'FreewayStandInExposure',
];

/** Counters whose label values are not known from the start, or known to whoever counts first. */
const GROWING = [
  'freeway_approved_amount_total',
  'freeway_declined_amount_total',
  'freeway_stand_in_amount_total',
  'freeway_decisions_total',
  'freeway_fact_lookups_total',
];

const isAvailable = haveAll(
  DATABASE_URL,
  REDIS_URL,
  RABBITMQ_URL,
  RABBITMQ_METRICS_URL,
  MONGODB_URI,
  PROMETHEUS,
  POSTGRES_EXPORTER,
  NODE_EXPORTER,
);

describe.skipIf(!isAvailable)('Prometheus', () => {
  let folder: string;
  let database: TestDatabase;
  let freeway: FreewayUnderTest;
  let prometheus: PrometheusUnderTest;
  let player: Child;
  let firstPages: readonly string[];
  const running: Pick<Child, 'stop'>[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freeway-monitoring-'));
    database = await openDatabase();
    freeway = await startFreeway(folder, database.url);
    running.push(freeway);
    firstPages = await freeway.pages();
    const exporters = await startExporters(folder, database.url);
    running.push(...exporters.children);
    prometheus = await startPrometheus(folder, {
      freeway: Object.values(freeway.addresses),
      postgres: [exporters.postgres],
      node: [exporters.node],
      rabbitmq: [new URL(RABBITMQ_METRICS_URL).host],
    });
    running.push(prometheus);
    player = await freeway.play();
  }, 120_000);

  afterAll(async () => {
    for (const each of running.toReversed()) await each.stop();
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test("every counter's series are there before anything is counted, at 0", () => {
    const families = firstPages.flatMap((page) =>
      [...page.matchAll(/^# TYPE (freeway_\w+) counter$/gm)].map(([, name]) => name ?? ''),
    );
    expect(families.length).toBeGreaterThan(25);
    const without = families.filter((name) => !firstPages.some((page) => new RegExp(`^${name}[{ ]`, 'm').test(page)));
    expect(without.filter((name) => !GROWING.includes(name))).toEqual([]);
  });

  test('reaches every target', async () => {
    await expect
      .poll(
        async () => {
          const { activeTargets } = await prometheus.get<{
            activeTargets: { scrapeUrl: string; health: string; lastError: string }[];
          }>('/api/v1/targets');
          return activeTargets
            .filter(({ health }) => health !== 'up')
            .map(({ scrapeUrl, lastError }) => `${scrapeUrl} ${lastError}`);
        },
        { timeout: 20_000 },
      )
      .toEqual([]);
  });

  test('has data for every expression of dashboards, recording rules and alerts', async () => {
    onTestFailed(async () => {
      const targets = await prometheus.get('/api/v1/targets?state=active');
      process.stderr.write(`${player.said()}\n${JSON.stringify(targets, null, 1)}\n`);
    });
    const expressions = readExpressions('20s');
    expect(expressions.length).toBeGreaterThan(200);
    let missing = expressions;
    async function stillMissing(): Promise<readonly string[]> {
      if (!player.isRunning()) throw new Error(`the player ended:\n${player.said()}`);
      const answers = await Promise.all(
        missing.map(async (each) => ({ each, values: await prometheus.query(each.expr) })),
      );
      missing = answers.filter(({ values }) => !values.some(Number.isFinite)).map(({ each }) => each);
      return missing.map(({ place, expr }) => `${place}: ${expr}`);
    }
    const expected = expressions
      .filter(({ expr }) => WITHOUT_DATA.some(([metric]) => expr.includes(metric)))
      .map(({ place, expr }) => `${place}: ${expr}`);
    await expect.poll(stillMissing, { timeout: 150_000, interval: 3000 }).toEqual(expected);
  }, 180_000);

  test('evaluates all rules without an error', async () => {
    const { groups } = await prometheus.get<{
      groups: { name: string; rules: { name: string; health: string; lastError?: string }[] }[];
    }>('/api/v1/rules');
    expect(groups.length).toBeGreaterThan(5);
    const faulty = groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok');
    expect(faulty).toEqual([]);
  });

  test('raises no critical alert that what is played does not call for', async () => {
    const { alerts } = await prometheus.get<{ alerts: { labels: Record<string, string>; state: string }[] }>(
      '/api/v1/alerts',
    );
    const critical = alerts.filter(({ labels }) => labels['severity'] === 'critical').map(({ labels }) => labels);
    expect(critical.filter(({ alertname = '' }) => !MAY_FIRE.includes(alertname))).toEqual([]);
  });
});
