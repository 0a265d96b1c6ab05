import type { SecondOfLoad } from '../../load/load-result.ts';
import type { LineSeriesOption } from 'echarts/charts';
import { GRID, xAxisLook, yAxisLook } from './axes.ts';
import { type LatencyLine, seriesOf } from './latency-lines.ts';
import { renderChart } from './render-chart.ts';

/** The slowest hundredth of each second; what happened meanwhile stands as a line of its own. */
export function latencyOverTime(lines: readonly LatencyLine[], label: string): string {
  const series = seriesOf(lines, ({ load }) => everySecond(load.overTime));
  return renderChart(
    {
      grid: GRID,
      xAxis: { type: 'value', min: 0, max: 'dataMax', ...xAxisLook('seconds since the load began') },
      yAxis: { type: 'value', min: 0, ...yAxisLook('p99 of each second, ms') },
      series: series.map((one, nth) => (nth === 0 ? { ...one, markLine: eventLines(lines) } : one)),
    },
    label,
  );
}

/** A second without an answer is a gap, not a line across it. */
export function everySecond(seconds: readonly SecondOfLoad[]): [number, number | null][] {
  const last = seconds.at(-1)?.second ?? -1;
  const bySecond = new Map(seconds.map(({ second, p99 }) => [second, p99]));
  return Array.from({ length: last + 1 }, (_, second) => [second, bySecond.get(second) ?? null]);
}

/** Once for all lines: what happens to each of several runs happens at the same second. */
function eventLines(lines: readonly LatencyLine[]): NonNullable<LineSeriesOption['markLine']> {
  const drawn = lines.filter(({ stroke }) => stroke !== undefined);
  const bySecond = Map.groupBy(
    drawn.flatMap(({ run: { events = [] } }) => events),
    ({ second }) => second,
  );
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: 'var(--muted)', type: 'dotted' },
    label: { color: 'var(--muted)', fontSize: 13, formatter: '{b}' },
    data: [...bySecond].map(([second, events]) => ({
      name: [...new Set(events.map(({ title }) => title))].join(', '),
      xAxis: second,
    })),
  };
}
