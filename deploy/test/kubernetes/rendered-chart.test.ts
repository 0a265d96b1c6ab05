// The chart, rendered by Helm's engine and judged by the API server's rules, the settings catalogue and rules of our own;
// and each judge shown something wrong.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHART_FOLDER, type ChartCheck, findGo, openChartCheck } from '../../src/kubernetes/chart-check.ts';
import { checkPods } from '../../src/kubernetes/check-pods.ts';
import { type AdapterMetrics, checkReferences } from '../../src/kubernetes/check-references.ts';
import { checkSettings } from '../../src/kubernetes/check-settings.ts';
import { ofKind, parseManifests } from '../../src/kubernetes/manifests.ts';
import { BREAKS } from './broken-charts.ts';

const VALUES = {
  default: [],
  bare: [join(import.meta.dirname, 'values/bare.yaml')],
  'all on': [join(import.meta.dirname, 'values/all-on.yaml')],
} as const;
type Variant = keyof typeof VALUES;
const VARIANTS = Object.keys(VALUES) as Variant[];

const BUILD_MS = 30 * 60_000;
const go = findGo();
const isCi = ['1', 'true'].includes(process.env['CI'] ?? '');

test('Go, which builds what renders and judges the chart, is here; else, outside CI, the chart is not looked at', () => {
  if (isCi) expect(go).toBeDefined();
  else if (go === undefined) process.stderr.write('!! no Go on this machine: nothing is proven about the Helm chart\n');
});

describe.skipIf(go === undefined)('the chart', () => {
  let check: ChartCheck;
  let folder: string;
  const rendered = {} as Record<Variant, string>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freeway-chart-'));
    check = await openChartCheck(go ?? '');
    for (const variant of VARIANTS) rendered[variant] = await check.render(CHART_FOLDER, ...VALUES[variant]);
  }, BUILD_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const adapter = adapterMetrics();
  const judge = (text: string): readonly string[] => {
    const manifests = parseManifests(text);
    return [...checkSettings(manifests), ...checkPods(manifests), ...checkReferences(manifests, adapter)];
  };

  test.each(VARIANTS)('%s: the API server would take it', async (variant) => {
    expect(await check.validate(rendered[variant])).toEqual([]);
  });

  test.each(VARIANTS)('%s: every process has the settings it needs, and none that it does not read', (variant) => {
    expect(checkSettings(parseManifests(rendered[variant]))).toEqual([]);
  });

  test.each(VARIANTS)('%s: pods run and end as they should, and name each other rightly', (variant) => {
    const manifests = parseManifests(rendered[variant]);
    expect(checkPods(manifests)).toEqual([]);
    expect(checkReferences(manifests, adapter)).toEqual([]);
  });

  test('every process of the product runs, and with all on every kind of object is there', () => {
    const kinds = (variant: Variant) => new Set(parseManifests(rendered[variant]).map(({ kind }) => kind));
    expect([...kinds('all on')].toSorted()).toEqual([
      'ConfigMap',
      'Deployment',
      'HorizontalPodAutoscaler',
      'Ingress',
      'Job',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'PodMonitor',
      'PriorityClass',
      'ScaledObject',
      'Service',
      'ServiceAccount',
    ]);
    expect([...kinds('bare')].toSorted()).toEqual([
      'ConfigMap',
      'Deployment',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
    ]);
    const names = ofKind(parseManifests(rendered.bare), 'Deployment').map(({ metadata }) => metadata.name);
    expect(names.toSorted()).toEqual(
      ['gateway', 'intake', 'jit-funding-worker', 'relay', 'sweeper', 'transaction-worker', 'webhook-worker'].map(
        (component) => `freeway-${component}`,
      ),
    );
  });

  test('values reach what they are for', () => {
    const all = parseManifests(rendered['all on']);
    const settings = (name: string) => ofKind(all, 'ConfigMap').find(({ metadata }) => metadata.name === name)?.data;
    expect(settings('freeway-gateway')).toMatchObject({ STOP_TIMEOUT_MS: '20000', COMMIT_BATCH_MAX: '128' });
    expect(settings('freeway-relay')).toMatchObject({ OUTBOX_RETENTION_MS: '172800000', STOP_TIMEOUT_MS: '15001' });
    expect(settings('freeway-relay')).not.toHaveProperty('CORE_API_URL');
    const pod = (name: string) =>
      ofKind(all, 'Deployment', 'Job').find(({ metadata }) => metadata.name === name)?.spec.template.spec;
    expect(pod('freeway-gateway')?.terminationGracePeriodSeconds).toBe(15 + 20 + 5);
    expect(pod('freeway-relay')?.terminationGracePeriodSeconds).toBe(16 + 5);
    const keys = (name: string) => pod(name)?.volumes?.[0]?.secret?.items?.map(({ key }) => key);
    expect(keys('freeway-gateway')).toContain('gateway-database-url');
    expect(keys('freeway-migrate')).toEqual(['owner-database-url']);
    expect(keys('freeway-relay')).toEqual(['app-database-url', 'rabbitmq-url']);
  });

  test.each([
    ['an unknown value', 'gatway: { replicas: 3 }', /gatway/],
    ['one gateway', 'gateway: { replicas: 1 }', /minimum/],
    ['no database', 'secret: { keys: { DATABASE_URL: null } }', /DATABASE_URL/],
    ['a tag that moves', 'image: { tag: latest }', /tag/],
    [
      'a secret in the open',
      'settings: { WEBHOOK_SIGNATURE_SECRET: in-the-open }',
      /settings\.WEBHOOK_SIGNATURE_SECRET/,
    ],
    ['an Ingress without TLS', 'ingress: { enabled: true, host: a.example }', /HTTPS/],
    [
      'settings that nobody reads, all at once',
      'settings: { LOG_LEVL: info, PORT: 80 }\nrelay: { settings: { PORT: 1 } }\nsecret: { keys: { JIT_PASWORD: a } }',
      /relay\.settings\.PORT, settings\.LOG_LEVL, settings\.PORT, secret\.keys\.JIT_PASWORD/,
    ],
  ])('%s is refused with a sentence', async (name, values, sentence) => {
    const file = join(folder, `${name.replaceAll(/\W/g, '-')}.yaml`);
    writeFileSync(file, values);
    await expect(check.render(CHART_FOLDER, file)).rejects.toThrow(sentence);
  });

  test('a template that says something wrong is seen in what it renders', async () => {
    const copy = join(folder, 'broken-chart');
    cpSync(CHART_FOLDER, copy, { recursive: true });
    const path = join(copy, 'templates/deployments.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('  maxUnavailable: 1', '  maxUnavailabel: 1'));
    expect(await check.validate(await check.render(copy))).toContainEqual(expect.stringContaining('maxUnavailabel'));
  });

  test.each([
    [
      'an unknown field',
      '  revisionHistoryLimit: 5',
      '  revisionHistoryLimits: 5',
      /unknown field "spec.revisionHistoryLimits"/,
    ],
    [
      'a doubled field',
      '  revisionHistoryLimit: 5',
      '  revisionHistoryLimit: 5\n  revisionHistoryLimit: 5',
      /already set/,
    ],
    [
      'a probe of an unknown port',
      'readinessProbe:',
      'readinessProbe:\n            grpc: { port: 1 }',
      /more than 1 handler/,
    ],
    ['a sleep longer than the grace', 'sleep: { seconds: 10 }', 'sleep: { seconds: 100 }', /preStop/],
    ['a port that is none', 'containerPort: 8080', 'containerPort: 80800', /containerPort/],
    ['a policy with a wrong word', 'policyTypes: [Ingress, Egress]', 'policyTypes: [Ingress, Egres]', /policyTypes/],
    ['a memory that is none', 'memory: 512Mi', 'memory: 512MB', /quantities must match|memory/],
    ['a kind nobody knows', 'kind: PodDisruptionBudget', 'kind: PodDisruptionBudgets', /no kind/],
  ])('the API server would refuse %s', async (_, from, to, sentence) => {
    expect(rendered.default).toContain(from);
    expect((await check.validate(rendered.default.replace(from, to))).join('\n')).toMatch(sentence);
  });

  test.each([
    ['a PodMonitor', 'podMetricsEndpoints:', 'podMetricEndpoints:'],
    ['a ScaledObject', 'maxReplicaCount:', 'maxReplicas:'],
    ['a HorizontalPodAutoscaler', 'averageValue: 600m', 'averageValues: 600m'],
  ])('an unknown field of %s is refused', async (_, from, to) => {
    expect(rendered['all on']).toContain(from);
    const faults = await check.validate(rendered['all on'].replace(from, to));
    expect(faults.join('\n')).toContain(to.replace(/:.*/, ''));
  });

  test.each(BREAKS)('our own rules see: %s', (fault, from, to) => {
    expect(rendered['all on']).toMatch(from);
    expect(judge(rendered['all on'].replace(from, to)).join('\n')).toContain(fault);
  });
});

/** What prometheus-adapter is told to serve. */
function adapterMetrics(): AdapterMetrics {
  const file = join(CHART_FOLDER, '../prometheus-adapter.yaml');
  type Rule = { readonly name: { readonly as: string } };
  const { rules } = parse(readFileSync(file, 'utf8')) as { rules: Record<'custom' | 'external', readonly Rule[]> };
  const names = (of: readonly Rule[]) => of.map(({ name }) => name.as);
  return { custom: names(rules.custom), external: names(rules.external) };
}
