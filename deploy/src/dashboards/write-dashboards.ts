// Writes deploy/grafana/dashboards anew, from the plans beside this file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARD_FOLDER, dashboardFiles } from './dashboard-files.ts';

for (const { name, text } of await dashboardFiles()) {
  writeFileSync(join(DASHBOARD_FOLDER, name), text);
  process.stdout.write(`${join(DASHBOARD_FOLDER, name)}\n`);
}
