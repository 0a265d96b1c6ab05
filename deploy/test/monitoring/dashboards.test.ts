// What Grafana needs of a dashboard, as far as it can be seen without Grafana: the schema is that of its own SDK, whose types
// hold the plans; what the types do not say is checked here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DASHBOARD_FOLDER, type DashboardFile, dashboardFiles } from '../../src/dashboards/dashboard-files.ts';
import { assertPromql } from '../../src/monitoring/promql.ts';
import { readYaml } from '../../src/monitoring/rule-files.ts';

const PROVISIONING = fileURLToPath(new URL('../../grafana/provisioning/', import.meta.url));
const UNITS = ['none', 'short', 's', 'ms', 'percentunit', 'reqps', 'ops', 'bytes', 'Bps', 'dateTimeFromNow'];

interface Datasource {
  readonly uid?: string;
}

interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: Datasource;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: { readonly value: number | null }[] };
    };
  };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: Datasource;
  }[];
}

interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelJson[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly datasource: Datasource;
      readonly query: { readonly query: string };
    }[];
  };
  readonly annotations: { readonly list: readonly { readonly datasource: Datasource; readonly expr: string }[] };
}

const files = await dashboardFiles();
const json = ({ text }: DashboardFile) => JSON.parse(text) as DashboardJson;
const { datasources } = readYaml<{ datasources: { uid: string; jsonData: { timeInterval: string } }[] }>(
  join(PROVISIONING, 'datasources/prometheus.yml'),
);
const uids = datasources.map(({ uid }) => uid);

test('the committed files are what the code makes: run node deploy/src/dashboards/write-dashboards.ts', () => {
  expect(readdirSync(DASHBOARD_FOLDER).toSorted()).toEqual(files.map(({ name }) => name).toSorted());
  for (const { name, text } of files) expect(readFileSync(join(DASHBOARD_FOLDER, name), 'utf8')).toBe(text);
});

test('no two dashboards have one uid or title, and Grafana takes each uid', () => {
  const all = files.map(json);
  expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  for (const { uid } of all) expect(uid).toMatch(/^[\w-]{1,40}$/);
});

test('Grafana asks as often as Prometheus does', () => {
  const { global } = readYaml<{ global: { scrape_interval: string } }>(
    fileURLToPath(new URL('../../prometheus/prometheus.yml', import.meta.url)),
  );
  expect(datasources.map(({ jsonData }) => jsonData.timeInterval)).toEqual([global.scrape_interval]);
});

test('a provider reads dashboards from one folder', () => {
  const { apiVersion, providers } = readYaml<{
    apiVersion: number;
    providers: { type: string; options: { path: string } }[];
  }>(join(PROVISIONING, 'dashboards/freeway.yml'));
  expect(apiVersion).toBe(1);
  expect(providers).toMatchObject([{ type: 'file', options: { path: '/var/lib/grafana/dashboards' } }]);
});

describe.each(files.map((file) => [file.name, json(file)] as const))('%s', (_name, dashboard) => {
  const { panels } = dashboard;
  const shown = panels.filter(({ type }) => type !== 'row');

  test('panels have an id and a title of their own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title, type }) => `${type} ${title}`)).size).toBe(panels.length);
  });

  test('panels fit the grid, and none lies on another', () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x},${y}`), `beneath ${title}`).toBeUndefined();
          taken.set(`${x},${y}`, title);
        }
    }
  });

  test('whatever asks, asks a data source that is provisioned', () => {
    const asking = [
      ...shown,
      ...shown.flatMap(({ targets = [] }) => targets),
      ...dashboard.templating.list,
      ...dashboard.annotations.list,
    ];
    for (const { datasource } of asking) expect(uids).toContain(datasource?.uid);
  });

  test.each(shown.map((panel) => [panel.title, panel] as const))('%s says what it shows', (_title, panel) => {
    expect(panel.description?.length).toBeGreaterThan(5);
    expect(UNITS).toContain(panel.fieldConfig?.defaults.unit);
    const [first, ...steps] = panel.fieldConfig?.defaults.thresholds?.steps ?? [];
    expect(first?.value).toBeNull();
    const values = steps.map(({ value }) => Number(value));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    const { targets = [] } = panel;
    expect(targets.length).toBeGreaterThan(0);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    for (const { expr, legendFormat } of targets) {
      expect(legendFormat).not.toBe('');
      assertPromql(expr.replaceAll('$__rate_interval', '1m'));
    }
  });

  test('every variable that is used is there, and every one that is there is used', () => {
    const text = JSON.stringify(shown);
    const used = [...text.matchAll(/\$(?!__)(\w+)/g)].map((match) => match[1] ?? '');
    const names = dashboard.templating.list.map(({ name }) => name);
    expect(new Set(used)).toEqual(new Set(names));
  });
});
