import { connectPostgres, type Postgres } from '@freeway/postgres';
import { createRateLimitedLog, exportPool, type Lifecycle, type Logger, type Metrics } from '@freeway/runtime';

export interface PoolParts {
  readonly settings: {
    readonly POSTGRES_POOL_MAX: number;
    readonly POSTGRES_IDLE_TIMEOUT_MS: number;
    readonly STATEMENT_TIMEOUT_MS: number;
    readonly SLOW_QUERY_MS: number;
  };
  readonly databaseUrl: string;
  /**
   * `at_once`: a commit waits for the disk. `in_order`: it does not, and a crash may lose the last ones, never an earlier
   * one before a later one. Enough where what is lost comes again, and kinder to the hot path, which shares the disk.
   */
  readonly durable: 'at_once' | 'in_order';
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** The pool of a process off the hot path: longer time-outs, and statistics as metrics. */
export function openPool({ settings, databaseUrl, durable, logger, metrics, lifecycle }: PoolParts): Postgres {
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
    session: durable === 'in_order' ? { synchronous_commit: 'off' } : {},
  });
  lifecycle.onStop('pool', () => pool.close());
  exportPool(metrics, 'worker', pool);
  return pool;
}
