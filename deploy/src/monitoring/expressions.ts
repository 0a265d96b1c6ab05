import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARD_FOLDER } from '../dashboards/dashboard-files.ts';
import { lookedAt, withoutOffsets } from './promql.ts';
import { readRules } from './rule-files.ts';

/** A query that must give data where Freeway runs. */
export interface Expression {
  /** Where it stands, for a person. */
  readonly place: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface DashboardJson {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Every expression of dashboards, recording rules and alerts, as it can be asked of a Prometheus that has just begun. */
export function readExpressions(rateInterval: string): readonly Expression[] {
  const { records, alerts } = readRules();
  return [
    ...readDashboardQueries().map(({ place, expr }) => ({ place, expr: filledIn(expr, rateInterval) })),
    ...records.map(({ record, expr }) => ({ place: `record ${record}`, expr })),
    ...alerts.flatMap(({ alert, expr }) =>
      lookedAt(withoutOffsets(expr)).map((part) => ({ place: `alert ${alert}`, expr: part })),
    ),
  ].map(({ place, expr }) => ({ place, expr: withoutOffsets(expr) }));
}

/** As they stand in the files that Grafana reads. */
export function readDashboardQueries(): readonly Expression[] {
  return readDashboards().flatMap(({ title, panels }) =>
    panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => ({ place: `${title}, ${panel.title}`, expr }))),
  );
}

function readDashboards(): readonly DashboardJson[] {
  return readdirSync(DASHBOARD_FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(DASHBOARD_FOLDER, name), 'utf8')) as DashboardJson);
}

/** As Grafana fills it in while everything is chosen. */
function filledIn(expr: string, rateInterval: string): string {
  return expr.replaceAll('$__rate_interval', rateInterval).replaceAll(/\$[a-z]+/g, '.*');
}
