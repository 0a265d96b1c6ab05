import { faultsOfRun } from '../faults-of-run.ts';
import { PROCESS } from '../process-names.ts';
import type { ByProcess, SqlReference, SuiteRun } from '../suite-result.ts';
import { countText, msText } from '../value-text.ts';
import { escapeHtml } from './escape-html.ts';

const COLUMNS = [
  'offered/s',
  'answered/s',
  'approved',
  'declined',
  'repeated',
  'p50&nbsp;ms',
  'p95',
  'p99',
  'p99.9',
  'max',
  'late&nbsp;p99',
  'CPU, us: system',
  'PostgreSQL',
  'generator',
  'rest',
];

export function runsSection(runs: readonly SuiteRun[]): string {
  return `<h2>All runs</h2>
<p class="quiet">A run with one wrong answer, or with books that do not balance afterwards, is void and struck through. <em>Late</em>
is how late the load generator itself sent: a part of the latency, and not the system's. CPU is for one authorization.</p>
<div class="wide"><table class="runs">
<thead><tr><th>run</th>${COLUMNS.map((name) => `<th class="number">${name}</th>`).join('')}</tr></thead>
<tbody>
${runs.map(runRow).join('\n')}
</tbody>
</table></div>`;
}

function runRow(run: SuiteRun): string {
  const { title, load, cpuUs } = run;
  const { p50, p95, p99, p999, max } = load.latencyMs;
  const faults = faultsOfRun(run);
  const isVoid = faults.length > 0;
  const cells = [
    load.offeredPerSecond === undefined ? '&ndash;' : countText(load.offeredPerSecond),
    countText(load.answeredPerSecond),
    countText(load.approved),
    countText(Object.values(load.declined).reduce((sum, count) => sum + count, 0)),
    countText(load.repeated),
    ...[p50, p95, p99, p999, max].map(msText),
    load.sentLateMs === undefined ? '&ndash;' : msText(load.sentLateMs.p99),
    ...cpuCells(cpuUs),
  ];
  const struck = isVoid ? ' struck' : '';
  const why = isVoid ? `<small>void: ${escapeHtml(faults.join('; '))}</small>` : '';
  return `<tr${isVoid ? ' class="void"' : ''}><td><span class="${struck.trim()}">${escapeHtml(title)}</span>${why}</td>${cells
    .map((cell) => `<td class="number${struck}">${cell}</td>`)
    .join('')}</tr>`;
}

/** Of the measured system, of PostgreSQL, of the load generator and of whatever else there was. */
function cpuCells(cpuUs: ByProcess | undefined): readonly string[] {
  const columns: [number, number, number, number] = [0, 0, 0, 0];
  for (const [process, us] of Object.entries(cpuUs ?? {})) columns[CPU_COLUMNS[process] ?? 3] += us;
  return columns.map((us) => (us === 0 ? '&ndash;' : us.toFixed(0)));
}

const CPU_COLUMNS: Readonly<Record<string, 0 | 1 | 2>> = {
  [PROCESS.gateway]: 0,
  [PROCESS.nullServer]: 0,
  [PROCESS.textbook]: 0,
  [PROCESS.postgres]: 1,
  [PROCESS.generator]: 2,
};

export function referencesSection(references: readonly SqlReference[]): string {
  if (references.length === 0) return '';
  const rows = references.map(({ title, authorizationsPerSecond, why = '' }) => {
    const rate = authorizationsPerSecond === undefined ? '&ndash;' : `${countText(authorizationsPerSecond)}/s`;
    return `<tr><td>${escapeHtml(title)}</td><td class="number">${rate}</td><td>${escapeHtml(why)}</td></tr>`;
  });
  return `<h2>Without HTTP</h2>
<table><thead><tr><th>reference</th><th class="number">authorizations</th><th></th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}
