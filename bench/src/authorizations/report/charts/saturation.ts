import type { SaturationCurve, SaturationPoint } from '../suite-result.ts';
import { GRID, xAxisLook, yAxisLook } from './axes.ts';
import { strokeOf } from './colours.ts';
import { renderChart, type Series } from './render-chart.ts';

const VOID_SYMBOL = 'path://M-4,-4L4,4M4,-4L-4,4';

/** What was answered of what was offered, of every system; below the dotted line something is not answered in time. */
export function achievedByOffered(curves: readonly SaturationCurve[], label: string): string {
  const mostOffered = Math.max(0, ...curves.flatMap(({ points }) => points.map((point) => point.offeredPerSecond)));
  const mostAchieved = Math.max(0, ...curves.flatMap(({ points }) => points.map((point) => point.achievedPerSecond)));
  const all = Math.min(mostOffered, mostAchieved * 1.05);
  const everything: Series = {
    type: 'line',
    name: 'all that is offered',
    showSymbol: false,
    silent: true,
    lineStyle: { color: 'var(--muted)', width: 1, type: 'dotted' },
    data: [
      [0, 0],
      [all, all],
    ],
  };
  return renderChart(
    {
      grid: GRID,
      xAxis: { type: 'value', min: 0, ...xAxisLook('offered, requests/s') },
      yAxis: { type: 'value', min: 0, ...yAxisLook('answered, requests/s') },
      series: [everything, ...curves.map((curve) => curveSeries(curve, (point) => point.achievedPerSecond))],
    },
    label,
  );
}

export function p99ByOffered(curves: readonly SaturationCurve[], label: string): string {
  return renderChart(
    {
      grid: GRID,
      xAxis: { type: 'log', ...xAxisLook('offered, requests/s (logarithmic)') },
      yAxis: { type: 'log', ...yAxisLook('p99, ms (logarithmic)') },
      series: curves.map((curve) => curveSeries(curve, (point) => point.p99Ms)),
    },
    label,
  );
}

/** A void point is a cross. */
function curveSeries({ system, title, points }: SaturationCurve, valueOf: (point: SaturationPoint) => number): Series {
  const { colour } = strokeOf(system, 0);
  return {
    type: 'line',
    name: title,
    silent: true,
    showSymbol: true,
    symbol: 'circle',
    symbolSize: 6,
    lineStyle: { color: colour, width: 2 },
    itemStyle: { color: colour },
    data: points.map((point) => ({
      value: [point.offeredPerSecond, valueOf(point)],
      ...(point.fault === undefined
        ? {}
        : { symbol: VOID_SYMBOL, symbolSize: 9, itemStyle: { borderColor: colour, borderWidth: 2 } }),
    })),
  };
}
