import { build, type Histogram } from 'hdr-histogram-js';

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const LONGEST_US = 60_000_000;

/** Microseconds, up to a minute. */
export function createHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
  });
}

export function recordMs(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(LONGEST_US, Math.max(0, Math.round(ms * 1000))));
}

export function latencyOf(histogram: Histogram): Latency {
  const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
  return { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: histogram.maxValue / 1000 };
}

export function latencyText({ p50, p95, p99, p999, max }: Latency): string {
  return `p50 ${text(p50)}  p95 ${text(p95)}  p99 ${text(p99)}  p99.9 ${text(p999)}  max ${text(max)}`;
}

function text(ms: number): string {
  return ms.toFixed(2);
}
