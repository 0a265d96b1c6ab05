import type { Histogram } from 'hdr-histogram-js';
import type { LatencyPoint } from './load-result.ts';

/** Points for each further nine: 90, 99, 99.9 ... */
const POINTS_PER_NINE = 10;

/** The distribution of microseconds, with points that come closer to 100 until one answer is all that is beyond. */
export function latencyCurve(histogram: Histogram): LatencyPoint[] {
  const total = histogram.totalCount;
  if (total === 0) return [];
  const points: LatencyPoint[] = [];
  for (let index = 0; 10 ** (-index / POINTS_PER_NINE) * total >= 1; index++) {
    const percentile = 100 * (1 - 10 ** (-index / POINTS_PER_NINE));
    points.push({ percentile, ms: histogram.getValueAtPercentile(percentile) / 1000 });
  }
  points.push({ percentile: 100, ms: histogram.maxValue / 1000 });
  return points;
}
