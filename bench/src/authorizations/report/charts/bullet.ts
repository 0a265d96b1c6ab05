import type { Figure } from '../suite-result.ts';
import { renderChart } from './render-chart.ts';

const SIZE = { width: 170, height: 26 };
const HEADROOM = 1.12;

/** A figure from zero, with its bar and its aim as strokes across. */
export function bullet({ title, value = 0, bar, aim, verdict }: Figure): string {
  // A change for the better has no length.
  const length = Math.max(0, value);
  return renderChart(
    {
      grid: { left: 1, right: 1, top: 2, bottom: 2, outerBoundsMode: 'none' },
      xAxis: { type: 'value', show: false, min: 0, max: Math.max(length, bar, aim) * HEADROOM },
      yAxis: { type: 'category', show: false, data: [''] },
      series: [
        {
          type: 'bar',
          silent: true,
          barWidth: 10,
          showBackground: true,
          backgroundStyle: { color: 'var(--grid)' },
          itemStyle: { color: verdict === 'missed' ? 'var(--missed)' : 'var(--freeway)' },
          data: [length],
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            data: [stroke(bar, 'solid'), stroke(aim, 'dotted')],
          },
        },
      ],
    },
    `${title} against its bar and its aim`,
    SIZE,
  );
}

function stroke(at: number, type: 'solid' | 'dotted') {
  return { xAxis: at, lineStyle: { color: 'var(--ink)', width: 1.5, type } };
}
