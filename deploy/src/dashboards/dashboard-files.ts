import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { dashboardOf, type DashboardPlan } from './dashboard.ts';
import { LATENCY } from './latency.ts';
import { MONEY } from './money.ts';
import { OPERATIONS } from './operations.ts';
import { POSTGRES } from './postgres.ts';
import { QUEUE_DASHBOARD } from './queues.ts';

export const DASHBOARDS: readonly DashboardPlan[] = [OPERATIONS, LATENCY, MONEY, QUEUE_DASHBOARD, POSTGRES];

export const DASHBOARD_FOLDER = fileURLToPath(new URL('../../grafana/dashboards/', import.meta.url));

export interface DashboardFile {
  readonly name: string;
  readonly dashboard: Dashboard;
  readonly text: string;
}

/** What stands in `deploy/grafana/dashboards`, made anew. */
export async function dashboardFiles(): Promise<readonly DashboardFile[]> {
  const options = await resolveConfig(DASHBOARD_FOLDER);
  return Promise.all(
    DASHBOARDS.map(async (plan) => {
      const dashboard = dashboardOf(plan);
      const text = await format(JSON.stringify(dashboard), { ...options, parser: 'json' });
      return { name: `${plan.uid}.json`, dashboard, text };
    }),
  );
}
