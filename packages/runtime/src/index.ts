// The public surface of runtime.
export { backoffMs } from './backoff.ts';
export { createBatches } from './batches.ts';
export type { BackoffOptions } from './backoff.ts';
export { envExample } from './env-example.ts';
export { exportPool } from './export-pool.ts';
export { createHealth } from './health.ts';
export type {
  CheckResult,
  Health,
  HealthOptions,
  HealthReport,
  HealthState,
  Readiness,
  ServiceReport,
} from './health.ts';
export { createLifecycle } from './lifecycle.ts';
export type { Lifecycle, LifecycleOptions, LifecycleState } from './lifecycle.ts';
export { createLogger } from './logger.ts';
export type { Logger, LoggerOptions } from './logger.ts';
export { createMetrics, LATENCY_BUCKETS } from './metrics.ts';
export type { Children, MetricName, Metrics, MetricsOptions } from './metrics.ts';
export type { CacheProfile, Profile, StageProfile } from './profile.ts';
export { createProfiler } from './profiler.ts';
export type { Profiler, ProfilerOptions, ProfilerSnapshot } from './profiler.ts';
export { ownProcess } from './own-process.ts';
export { createQueueLog } from './queue-log.ts';
export { createRateLimitedLog } from './rate-limited-log.ts';
export type { RateLimitedLog } from './rate-limited-log.ts';
export { readSettings } from './read-settings.ts';
export type { Environment, Settings, SettingsResult } from './read-settings.ts';
export { redactText } from './redact.ts';
export { PROCESSES } from './setting.ts';
export type { ProcessName } from './setting.ts';
export { EXIT_USAGE, settingsOrExit } from './settings-or-exit.ts';
export { SETTINGS } from './settings.ts';
export { createSlowQueryLog } from './slow-query-log.ts';
export { STAGES } from './stage.ts';
export type { Stage } from './stage.ts';
export type { StageTimer, StageTimings } from './stage-timer.ts';
