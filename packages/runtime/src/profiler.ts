import { exportProfile } from './export-profile.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { type Profile, profileOf } from './profile.ts';
import { createRateLimitedLog } from './rate-limited-log.ts';
import { createRollingTally } from './rolling-tally.ts';
import { type Stage, STAGE_INDEX } from './stage.ts';
import { StageTimer } from './stage-timer.ts';
import { countOne, recordStage } from './tally.ts';

export interface ProfilerOptions {
  readonly logger: Logger;
  /** Where to export to, if anywhere. */
  readonly metrics?: Metrics;
  /** Slower requests are logged as warnings, in milliseconds (SLOW_REQUEST_WARN_MS). */
  readonly warnMs?: number;
  /** Slower requests are logged as errors (SLOW_REQUEST_CRITICAL_MS). */
  readonly criticalMs?: number;
  /** How far `recent` reaches back: between half of this and all of it. */
  readonly windowMs?: number;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

export interface ProfilerSnapshot {
  readonly recent: Profile;
  readonly sinceStart: Profile;
}

export interface Profiler {
  /** Begins one authorization, now or at the time (of the same clock) when its first byte arrived. */
  start(startedAt?: number): StageTimer;
  /** One stage that was timed otherwise. */
  record(stage: Stage, ms: number): void;
  approved(): void;
  /** `reason` is one of our closed list, never data: each is kept for ever. */
  declined(reason: string): void;
  /** A look-up of a fact: `cache` is its kind, `hit` whether it was answered without the ledger's database. */
  lookedUp(cache: string, hit: boolean): void;
  snapshot(): ProfilerSnapshot;
}

/** One line per severity in this time, which says how many it stands for. */
const LOG_INTERVAL_MS = 10_000;

/** Measures the hot path: stages, outcomes and cache hits, recently and since the start. */
export function createProfiler({
  logger,
  metrics,
  warnMs = 50,
  criticalMs = 100,
  windowMs = 10_000,
  clock = performance.now.bind(performance),
}: ProfilerOptions): Profiler {
  const rolling = createRollingTally(windowMs, clock);
  const log = createRateLimitedLog(logger, clock);
  const slow = metrics?.counters('freeway_slow_requests_total', 'Slow authorizations.', 'severity', [
    'warning',
    'critical',
  ]);
  if (metrics !== undefined) exportProfile(metrics, rolling.total);

  function finish(timer: StageTimer): void {
    const tally = rolling.current();
    const { elapsedMs } = timer;
    for (let index = 0; index < elapsedMs.length; index += 1) {
      const ms = elapsedMs[index] as number;
      if (!Number.isNaN(ms)) recordStage(tally, index, ms);
    }
    if ((elapsedMs[STAGE_INDEX.total] as number) > warnMs) warn(timer);
  }

  function warn(timer: StageTimer): void {
    const critical = (timer.elapsedMs[STAGE_INDEX.total] as number) > criticalMs;
    slow?.[critical ? 'critical' : 'warning'].inc();
    const level = critical ? 'error' : 'warn';
    const text = critical ? 'critically slow authorization' : 'slow authorization';
    log(level, LOG_INTERVAL_MS, level, { stages_ms: timer.timings() }, text);
  }

  return {
    start: (startedAt = clock()) => new StageTimer(clock, startedAt, finish),
    record: (stage, ms) => recordStage(rolling.current(), STAGE_INDEX[stage], ms),
    approved() {
      rolling.current().approved += 1;
    },
    declined: (reason) => countOne(rolling.current().declined, reason),
    lookedUp(cache, hit) {
      const tally = rolling.current();
      countOne(hit ? tally.cacheHits : tally.cacheMisses, cache);
    },
    snapshot() {
      const { tally, seconds } = rolling.recent();
      return {
        recent: profileOf(tally, seconds),
        sinceStart: profileOf(rolling.total(), rolling.secondsSinceStart()),
      };
    },
  };
}
