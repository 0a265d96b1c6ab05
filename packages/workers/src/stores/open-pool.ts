import { exportPool } from '@freeway/gateway';
import { connectPostgres, type Postgres } from '@freeway/postgres';
import { createRateLimitedLog, type Lifecycle, type Logger, type Metrics } from '@freeway/runtime';

export interface PoolParts {
  readonly settings: {
    readonly POSTGRES_POOL_MAX: number;
    readonly POSTGRES_IDLE_TIMEOUT_MS: number;
    readonly STATEMENT_TIMEOUT_MS: number;
    readonly SLOW_QUERY_MS: number;
  };
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** The pool of a process off the hot path: longer time-outs, and statistics as metrics. */
export function openPool({ settings, databaseUrl, logger, metrics, lifecycle }: PoolParts): Postgres {
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  const pool = connectPostgres({
    url: databaseUrl,
    poolMax: settings.POSTGRES_POOL_MAX,
    idleTimeoutMs: settings.POSTGRES_IDLE_TIMEOUT_MS,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    slowQueryMs: settings.SLOW_QUERY_MS,
    onSlow: (name, tookMs) =>
      log(`slow ${name}`, 1000, 'warn', { statement: name, took_ms: Math.round(tookMs) }, 'slow query'),
    applicationName: 'freeway-worker',
  });
  lifecycle.onStop('pool', () => pool.close());
  exportPool(metrics, 'worker', pool);
  return pool;
}
