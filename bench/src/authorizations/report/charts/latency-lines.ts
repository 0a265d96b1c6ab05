import { faultsOfRun } from '../faults-of-run.ts';
import type { SuiteRun } from '../suite-result.ts';
import { type Stroke, strokeOf } from './colours.ts';
import type { LineSeriesOption } from 'echarts/charts';

/** A run and how its line looks in each chart of its group; a void run has no line. */
export interface LatencyLine {
  readonly run: SuiteRun;
  readonly stroke: Stroke | undefined;
}

/** `runs` are those of one group. */
export function latencyLines(runs: readonly SuiteRun[]): readonly LatencyLine[] {
  const drawn = new Map<string, number>();
  return runs.map((run) => {
    if (faultsOfRun(run).length > 0) return { run, stroke: undefined };
    const nth = drawn.get(run.system) ?? 0;
    drawn.set(run.system, nth + 1);
    return { run, stroke: strokeOf(run.system, nth) };
  });
}

/** What each run's line is drawn through, by `dataOf`. */
export function seriesOf(
  lines: readonly LatencyLine[],
  dataOf: (run: SuiteRun) => NonNullable<LineSeriesOption['data']>,
): LineSeriesOption[] {
  return lines.flatMap(({ run, stroke }): LineSeriesOption[] => {
    if (stroke === undefined) return [];
    const lineStyle = lineStyleOf(stroke);
    return [{ type: 'line', name: run.title, showSymbol: false, silent: true, lineStyle, data: dataOf(run) }];
  });
}

function lineStyleOf({ colour, dash }: Stroke, width = 2): object {
  return { color: colour, width, ...(dash === undefined ? {} : { type: [...dash] }) };
}
