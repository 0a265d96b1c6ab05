import { connectPostgres, type Postgres } from '@freeway/postgres';
import { createSlowQueryLog, exportPool, type Lifecycle, type Logger, type Metrics } from '@freeway/runtime';

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
  /** More of the server's settings for every session. */
  readonly session?: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** The pool of a process off the hot path: longer time-outs, and statistics as metrics. */
export function openPool(parts: PoolParts): Postgres {
  const { settings, databaseUrl, durable, session = {}, logger, metrics, lifecycle } = parts;
  const pool = connectPostgres({
    url: databaseUrl,
    poolMax: settings.POSTGRES_POOL_MAX,
    idleTimeoutMs: settings.POSTGRES_IDLE_TIMEOUT_MS,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    slowQueryMs: settings.SLOW_QUERY_MS,
    onSlow: createSlowQueryLog(logger),
    applicationName: 'freeway-worker',
    session: durable === 'in_order' ? { ...session, synchronous_commit: 'off' } : session,
  });
  lifecycle.onStop('pool', () => pool.close());
  exportPool(metrics, 'worker', pool);
  return pool;
}
