import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  QueryVariableBuilder,
  type RowPanel,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE, type PlacedPanel } from './panel.ts';

export interface RowPlan {
  readonly title: string;
  readonly panels: readonly PlacedPanel[];
}

/** A choice at the top of a dashboard: values of a label of a metric, all of them at first. */
export interface VariablePlan {
  readonly name: string;
  readonly label: string;
  /** A selector; earlier variables may stand in it. */
  readonly of: string;
}

export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly VariablePlan[];
  readonly rows: readonly RowPlan[];
}

const TAG = 'freeway';
/** Columns of Grafana's grid. */
const GRID_WIDTH = 24;

/** Which of Freeway's processes; for selectors `{process=~"$process",instance=~"$instance"}`. */
export const PROCESS_VARIABLES: readonly VariablePlan[] = [
  { name: 'process', label: 'Process', of: 'freeway_ready' },
  { name: 'instance', label: 'Instance', of: 'freeway_ready{process=~"$process"}' },
];

export const CHOSEN = 'process=~"$process",instance=~"$instance"';

export function dashboardOf({ uid, title, description, variables, rows }: DashboardPlan): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variables.map(variableOf))
    .annotation(firingAlerts())
    .link(
      new DashboardLinkBuilder('Freeway')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true),
    )
    .build();
  return { ...dashboard, panels: laidOut(rows) };
}

/** Row by row, panels from left to right as long as they fit. */
function laidOut(rows: readonly RowPlan[]): (Panel | RowPanel)[] {
  const panels: (Panel | RowPanel)[] = [];
  let id = 0;
  let y = 0;
  for (const row of rows) {
    panels.push(new RowBuilder(row.title).id(++id).gridPos({ x: 0, y, w: GRID_WIDTH, h: 1 }).build());
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      if (x + panel.width > GRID_WIDTH) {
        y += height;
        x = height = 0;
      }
      panels.push(panel.build({ id: ++id, x, y }));
      x += panel.width;
      height = Math.max(height, panel.height);
    }
    y += height;
  }
  return panels;
}

function variableOf({ name, label, of }: VariablePlan): QueryVariableBuilder {
  const query = `label_values(${of}, ${name})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

/** When something was bad enough to wake somebody, on every chart. */
function firingAlerts(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Critical alerts')
    .datasource(DATASOURCE)
    .enable(true)
    .hide(false)
    .iconColor('red')
    .expr('ALERTS{alertstate="firing",severity="critical"}')
    .titleFormat('{{alertname}}')
    .textFormat('{{instance}} {{currency}} {{queue}}')
    .step('60s');
}
