import { PROCESS } from '../process-names.ts';
import type { ByProcess, SaturationCurve, SuiteRun } from '../suite-result.ts';
import { GRID, xAxisLook, yAxisLook } from './axes.ts';
import { CHART_SIZE, renderChart, type Series } from './render-chart.ts';

type Colours = ReadonlyMap<string, string>;

/** Who is busy at which offer, one on the other, against all the cores there are. */
export function cpuByOffered({ points }: SaturationCurve, cores: number, colours: Colours, label: string): string {
  const series = processesOf(points.map(({ cpuCores }) => cpuCores)).map((process): Series => {
    const colour = colours.get(process) ?? 'var(--muted)';
    return {
      type: 'line',
      name: process,
      stack: 'cpu',
      showSymbol: false,
      silent: true,
      lineStyle: { color: colour, width: 1 },
      areaStyle: { color: colour, opacity: 0.8 },
      data: points.map(({ offeredPerSecond, cpuCores }) => [offeredPerSecond, cpuCores[process] ?? 0]),
    };
  });
  return renderChart(
    {
      grid: GRID,
      xAxis: { type: 'value', min: 0, ...xAxisLook('offered, requests/s') },
      yAxis: { type: 'value', min: 0, max: cores, ...yAxisLook(`busy cores of ${cores}`) },
      series,
    },
    label,
  );
}

const BAR_HEIGHT = 36;
const NAME_WIDTH = 140;
const NAME_MARGIN = 22;

/** What one authorization costs whom, and all of them. */
export function cpuByRun(runs: readonly SuiteRun[], colours: Colours, label: string): string {
  const look = yAxisLook('');
  const all = runs.map(({ cpuUs = {} }) => cpuUs);
  const bar: Series = { type: 'bar', stack: 'cpu', silent: true, barWidth: 16 };
  const series = processesOf(all).map((process): Series => ({
    ...bar,
    name: process,
    itemStyle: { color: colours.get(process) ?? 'var(--muted)' },
    data: all.map((cpuUs) => cpuUs[process] ?? 0),
  }));
  const sums: Series = {
    ...bar,
    data: all.map((cpuUs) => ({
      value: 0,
      label: { ...look.axisLabel, show: true, position: 'right', formatter: sumOf(cpuUs).toFixed(0) },
    })),
  };
  return renderChart(
    {
      grid: { ...GRID, left: NAME_WIDTH + NAME_MARGIN, right: 40, top: 8 },
      xAxis: { type: 'value', min: 0, ...xAxisLook('CPU for one authorization, us') },
      yAxis: {
        ...look,
        type: 'category',
        inverse: true,
        data: runs.map(({ title }) => title),
        axisLabel: { ...look.axisLabel, width: NAME_WIDTH, overflow: 'break' },
        splitLine: { show: false },
      },
      series: [...series, sums],
    },
    label,
    { ...CHART_SIZE, height: runs.length * BAR_HEIGHT + GRID.bottom + 8 },
  );
}

function sumOf(cpuUs: ByProcess): number {
  return Object.values(cpuUs).reduce((sum, us) => sum + us, 0);
}

/** The measured system first, what measures it last. */
export function processesOf(all: readonly ByProcess[]): readonly string[] {
  const names = new Set(all.flatMap((byProcess) => Object.keys(byProcess)));
  return [...names].toSorted((one, other) => rankOf(one) - rankOf(other));
}

const FIRST: readonly string[] = [PROCESS.gateway, PROCESS.nullServer, PROCESS.textbook, PROCESS.postgres];

function rankOf(process: string): number {
  if (process === PROCESS.generator) return FIRST.length + 1;
  if (process === PROCESS.rest) return FIRST.length + 2;
  return FIRST.includes(process) ? FIRST.indexOf(process) : FIRST.length;
}
