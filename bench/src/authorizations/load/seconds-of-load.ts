import { createHistogram, recordMs } from '../../latency.ts';
import type { SecondOfLoad } from './load-result.ts';

export interface SecondsOfLoad {
  /** `atMs` is since the load began and never falls. */
  record(atMs: number, tookMs: number): void;
  /** Every second up to the last that had an answer, also those that had none. */
  list(): readonly SecondOfLoad[];
}

/** One histogram, emptied each second: ten minutes of load need no more memory than one. */
export function createSecondsOfLoad(): SecondsOfLoad {
  const past: SecondOfLoad[] = [];
  const histogram = createHistogram();

  function current(): SecondOfLoad {
    const { totalCount, maxValue } = histogram;
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
    const isEmpty = totalCount === 0;
    return {
      second: past.length,
      answered: totalCount,
      p50: isEmpty ? 0 : at(50),
      p99: isEmpty ? 0 : at(99),
      max: isEmpty ? 0 : maxValue / 1000,
    };
  }

  return {
    record(atMs, tookMs) {
      while (atMs >= (past.length + 1) * 1000) {
        past.push(current());
        histogram.reset();
      }
      recordMs(histogram, tookMs);
    },
    list: () => (histogram.totalCount === 0 ? [...past] : [...past, current()]),
  };
}
