import type { LoadResult } from '../../load/load-result.ts';
import { GRID, xAxisLook, yAxisLook } from './axes.ts';
import { type LatencyLine, seriesOf } from './latency-lines.ts';
import { renderChart } from './render-chart.ts';

/** The whole distribution: each step to the right is a tenth of the requests. */
export function latencyByPercentile(lines: readonly LatencyLine[], label: string): string {
  const most = Math.max(10, ...lines.map(({ run }) => run.load.answered));
  return renderChart(
    {
      grid: GRID,
      xAxis: {
        type: 'log',
        min: 1,
        max: 10 ** Math.ceil(Math.log10(most)),
        ...xAxisLook('percentile of requests'),
        axisLabel: { ...xAxisLook('').axisLabel, formatter: percentileText },
      },
      yAxis: { type: 'log', ...yAxisLook('latency, ms (logarithmic)') },
      series: seriesOf(lines, ({ load }) => points(load)),
    },
    label,
  );
}

/** With n answers the slowest is one of n: there the line ends. */
export function points({ answered, curve }: Pick<LoadResult, 'answered' | 'curve'>): [number, number][] {
  const seen = curve
    .filter(({ percentile, ms }) => ms > 0 && scaleOf(percentile) < answered)
    .map(({ percentile, ms }): [number, number] => [scaleOf(percentile), ms]);
  const slowest = curve.at(-1);
  return slowest === undefined ? [] : [...seen, [answered, slowest.ms]];
}

/** 1/(1-p). */
function scaleOf(percentile: number): number {
  return 1 / (1 - percentile / 100);
}

/** Of 1/(1-p): 0, 90, 99, 99.9. */
export function percentileText(scale: number): string {
  const nines = Math.round(Math.log10(scale));
  return nines <= 2 ? `${100 - 100 / 10 ** nines}` : `99.${'9'.repeat(nines - 2)}`;
}
