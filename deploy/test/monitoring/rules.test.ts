import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DASHBOARDS } from '../../src/dashboards/dashboard-files.ts';
import { readDashboardQueries } from '../../src/monitoring/expressions.ts';
import { assertPromql, lookedAt, metricNames, withoutOffsets } from '../../src/monitoring/promql.ts';
import { readRules } from '../../src/monitoring/rule-files.ts';

const doc = (name: string) => readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8');
const { records, alerts } = readRules();
const monitoring = doc('monitoring.md');

/** As a web page of the file has them. */
const anchors = [...monitoring.matchAll(/^#+ (.+)$/gm)].map((match) =>
  (match[1] ?? '')
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-'),
);

describe('every alert', () => {
  test.each(alerts.map((alert) => [alert.alert, alert] as const))('%s can be acted on', (name, alert) => {
    expect(['critical', 'warning', 'info']).toContain(alert.labels['severity']);
    expect(Object.keys(alert.annotations).toSorted()).toEqual(['description', 'runbook_url', 'summary']);
    expect(alert.annotations['summary']?.length).toBeGreaterThan(10);
    expect(alert.annotations['runbook_url']).toBe(`docs/monitoring.md#${name.toLowerCase()}`);
    expect(anchors).toContain(name.toLowerCase());
    assertPromql(alert.expr);
  });

  test('has a name of its own, and its severity stands in docs/monitoring.md', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels } of alerts)
      expect(monitoring).toMatch(new RegExp(`^#+ ${alert}\\n\\n_${labels['severity']}_`, 'm'));
  });

  test('that docs/monitoring.md explains is there', () => {
    const explained = [...monitoring.matchAll(/^### ([A-Z]\w+)$/gm)].map((match) => match[1]);
    expect(explained.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
  });
});

test('docs/monitoring.md tells of every dashboard', () => {
  for (const { title } of DASHBOARDS) expect(monitoring).toContain(title);
});

describe('every metric that is asked for', () => {
  const expressions = [...records, ...alerts, ...readDashboardQueries()].map(({ expr }) =>
    expr.replaceAll('$__rate_interval', '1m'),
  );
  const names = new Set(expressions.flatMap(metricNames));

  test('is recorded, where it is a recorded one; and what is recorded is asked for', () => {
    const recorded = records.map(({ record }) => record);
    expect([...names].filter((name) => name.includes(':')).toSorted()).toEqual(recorded.toSorted());
    for (const name of recorded) expect(name).toMatch(/^(freeway|postgres|machine)(:[a-z0-9_]+)+$/);
  });

  test('stands in the table of docs/operations.md, where it is one of ours', () => {
    const table = new Set(doc('operations.md').match(/(?<=`)freeway_\w+(?=`)/g));
    const ours = [...names].filter((name) => name.startsWith('freeway_'));
    const unknown = ours.filter((name) => !table.has(name) && !table.has(name.replace(/_(bucket|sum|count)$/, '')));
    expect(ours.length).toBeGreaterThan(50);
    expect(unknown).toEqual([]);
  });
});

describe('what an alert looks at', () => {
  test.each([
    ['max by (q) (a) > 0', ['max by (q) (a)']],
    ['a > 14.4 * 0.01 and b{x="y"} > 1 and c >= 100', ['a', '14.4 * 0.01', 'b{x="y"}', 'c']],
    ['max(a) < 1 or absent(a{b="c"})', ['max(a)', 'a{b="c"}']],
    ['(a or b) == 1 unless on() c', ['a', 'b', 'c']],
    ['rate(a[5m]) / b', ['rate(a[5m]) / b']],
    ['delta(a[1d]) > 0.2 * a', ['delta(a[1d])', '0.2 * a']],
  ])('%s', (expr, parts) => expect(lookedAt(expr)).toEqual(parts));

  test('is of now', () => {
    expect(withoutOffsets('abs(a:b - a:b offset 1w) > 0.1 and c offset 1d').replaceAll(/ +/g, ' ').trim()).toBe(
      'abs(a:b - a:b ) > 0.1 and c',
    );
  });

  test('no PromQL is told so', () => expect(() => assertPromql('sum by (a (b)')).toThrow(SyntaxError));
});
