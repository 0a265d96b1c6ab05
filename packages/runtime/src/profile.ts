import { type Stage, STAGES } from './stage.ts';
import { type Tally, UNITS_PER_MS } from './tally.ts';

/** Milliseconds; percentiles are at most 1 % off, `max` is exact. All 0 where nothing was counted. */
export interface StageProfile {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What the profiler saw over some time. Plain data: it travels as JSON to `freeway profile`. */
export interface Profile {
  readonly seconds: number;
  readonly stages: Readonly<Record<Stage, StageProfile>>;
  readonly requestsPerSecond: number;
  readonly approved: number;
  readonly declined: Readonly<Record<string, number>>;
  /** Share of decisions that were approvals, 0 to 1; 0 where there were none. */
  readonly approvalRate: number;
  readonly caches: Readonly<Record<string, CacheProfile>>;
}

export interface CacheProfile {
  readonly hits: number;
  readonly misses: number;
  /** 0 to 1. */
  readonly hitRate: number;
}

export function profileOf(tally: Tally, seconds: number): Profile {
  const stages = Object.fromEntries(STAGES.map((stage, index) => [stage, stageProfile(tally, index)]));
  const declines = [...tally.declined.values()].reduce((sum, count) => sum + count, 0);
  const requests = tally.histograms.at(-1)?.totalCount ?? 0;
  const caches = new Set([...tally.cacheHits.keys(), ...tally.cacheMisses.keys()]);
  return {
    seconds,
    stages: stages as Record<Stage, StageProfile>,
    requestsPerSecond: share(requests, seconds),
    approved: tally.approved,
    declined: Object.fromEntries(tally.declined),
    approvalRate: share(tally.approved, tally.approved + declines),
    caches: Object.fromEntries([...caches].map((cache) => [cache, cacheProfile(tally, cache)])),
  };
}

function stageProfile(tally: Tally, index: number): StageProfile {
  const histogram = tally.histograms[index];
  if (histogram === undefined || histogram.totalCount === 0) {
    return { count: 0, p50: 0, p95: 0, p99: 0, p999: 0, max: 0 };
  }
  // A percentile is the top of its bucket, which may lie above anything that was recorded.
  const at = (percentile: number): number =>
    Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / UNITS_PER_MS;
  const max = histogram.maxValue / UNITS_PER_MS;
  return { count: histogram.totalCount, p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max };
}

function cacheProfile(tally: Tally, cache: string): CacheProfile {
  const hits = tally.cacheHits.get(cache) ?? 0;
  const misses = tally.cacheMisses.get(cache) ?? 0;
  return { hits, misses, hitRate: share(hits, hits + misses) };
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
