import { alignedColumns, type Side } from './aligned-columns.ts';
import { faultsOfRun } from './faults-of-run.ts';
import { commitText, machineText } from './machine-text.ts';
import { suiteFaultsOf } from './suite-faults.ts';
import type { Previous } from './previous.ts';
import type { ByProcess, Figure, SaturationCurve, SuiteResult, SuiteRun } from './suite-result.ts';
import { countText, msText, valueText } from './value-text.ts';

/** For people, on a terminal. */
export function asTable(result: SuiteResult, previous?: Previous): string {
  const faults = suiteFaultsOf(result);
  const head = [
    ['machine', machineText(result.machine)],
    ['commit', commitText(result.commit)],
    ['started', `${result.startedAt}, took ${(result.tookMs / 60_000).toFixed(1)} min: bench ${result.command}`],
  ];
  const verdict = ['verdict', faults[0] ?? 'passed'];
  return [
    alignedColumns(['left', 'left'], head),
    figureLines(result.figures, previous),
    runLines(result.runs),
    ...result.saturation.map(curveLines),
    referenceLines(result),
    alignedColumns(['left', 'left'], [verdict, ...faults.slice(1).map((fault) => ['', fault])]),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function figureLines(figures: readonly Figure[], previous: Previous | undefined): readonly string[] {
  if (figures.length === 0) return [];
  const rows = figures.map((figure) => [
    figure.title,
    valueText(figure, figure.value),
    valueText(figure, figure.bar),
    valueText(figure, figure.aim),
    VERDICTS[figure.verdict],
    ...(previous ? [valueText(figure, previous.figures[figure.id])] : []),
  ]);
  const names = ['figure', 'value', 'bar', 'aim', 'verdict', ...(previous ? [previous.revision.slice(0, 10)] : [])];
  const sides: Side[] = ['left', 'right', 'right', 'right', 'left', ...(previous ? (['right'] as const) : [])];
  const [head = '', ...lines] = alignedColumns(sides, [names, ...rows]);
  return [head, ...lines.flatMap((line, nth) => [line, ...whyLines(figures[nth])])];
}

const VERDICTS: Readonly<Record<Figure['verdict'], string>> = {
  aim: 'reaches its aim',
  bar: 'reaches its bar',
  missed: 'MISSED',
  'not measured': 'not measured',
};

function whyLines(figure: Figure | undefined): readonly string[] {
  return figure?.why === undefined ? [] : [`  ${figure.why}`];
}

const RUN_NAMES =
  'run|offered/s|answered/s|answers|approved|declined|repeated|p50 ms|p95|p99|p99.9|max|late p99|CPU us';
const RUN_SIDES: readonly Side[] = ['left', ...Array<Side>(12).fill('right'), 'left'];

function runLines(runs: readonly SuiteRun[]): readonly string[] {
  if (runs.length === 0) return [];
  const [head = '', ...lines] = alignedColumns(RUN_SIDES, [RUN_NAMES.split('|'), ...runs.map(runCells)]);
  return [head, ...lines.flatMap((line, nth) => [line, ...voidLines(runs[nth])])];
}

function runCells({ title, load, cpuUs }: SuiteRun): readonly string[] {
  const { p50, p95, p99, p999, max } = load.latencyMs;
  return [
    title,
    load.offeredPerSecond === undefined ? '-' : countText(load.offeredPerSecond),
    countText(load.answeredPerSecond),
    countText(load.answered),
    countText(load.approved),
    countText(declinedOf(load.declined)),
    countText(load.repeated),
    ...[p50, p95, p99, p999, max].map(msText),
    load.sentLateMs === undefined ? '-' : msText(load.sentLateMs.p99),
    cpuUs === undefined ? 'unknown' : processesText(cpuUs, (us) => us.toFixed(0)),
  ];
}

function declinedOf(declined: SuiteRun['load']['declined']): number {
  return Object.values(declined).reduce((sum, count) => sum + count, 0);
}

function voidLines(run: SuiteRun | undefined): readonly string[] {
  return run === undefined ? [] : faultsOfRun(run).map((fault) => `  VOID: ${fault}`);
}

function curveLines({ title, points }: SaturationCurve): readonly string[] {
  const rows = points.map(({ offeredPerSecond, achievedPerSecond, p50Ms, p99Ms, cpuCores, fault }) => [
    countText(offeredPerSecond),
    countText(achievedPerSecond),
    msText(p50Ms),
    msText(p99Ms),
    processesText(cpuCores, (cores) => cores.toFixed(2)),
    fault === undefined ? '' : `VOID: ${fault}`,
  ]);
  const names = ['offered/s', 'answered/s', 'p50 ms', 'p99', 'CPU, cores', ''];
  const sides: readonly Side[] = ['right', 'right', 'right', 'right', 'left', 'left'];
  return [`saturation: ${title}`, ...alignedColumns(sides, [names, ...rows])];
}

function processesText(byProcess: ByProcess, text: (amount: number) => string): string {
  return Object.entries(byProcess)
    .map(([process, amount]) => `${process} ${text(amount)}`)
    .join(', ');
}

function referenceLines({ references }: SuiteResult): readonly string[] {
  if (references.length === 0) return [];
  const rows = references.map(({ title, authorizationsPerSecond, why }) => [
    title,
    authorizationsPerSecond === undefined ? '-' : `${countText(authorizationsPerSecond)}/s`,
    why ?? '',
  ]);
  return ['without HTTP', ...alignedColumns(['left', 'right', 'left'], rows)];
}
