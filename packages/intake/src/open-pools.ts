import { connectPostgres, type Postgres } from '@freeway/postgres';
import {
  createSlowQueryLog,
  exportPool,
  type Lifecycle,
  type Logger,
  type Metrics,
  type Settings,
} from '@freeway/runtime';

export interface PoolParts {
  readonly settings: Settings<'intake'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

export interface Pools {
  /** For requests: whoever waits for its statements has to answer in time. */
  readonly store: Postgres;
  /** For the forwarder, which has time, and holds a transaction while the queue confirms. */
  readonly forward: Postgres;
}

/** One transaction at a time. */
const FORWARD_CONNECTIONS = 1;

/** A forwarder that vanishes without a word must not keep its rows from the others. */
const FORWARD_SESSION = { idle_in_transaction_session_timeout: '30000' };

export function openPools({ settings, databaseUrl, logger, metrics, lifecycle }: PoolParts): Pools {
  const common = {
    url: databaseUrl,
    idleTimeoutMs: settings.POSTGRES_IDLE_TIMEOUT_MS,
    slowQueryMs: settings.SLOW_QUERY_MS,
    onSlow: createSlowQueryLog(logger),
  };
  const store = connectPostgres({
    ...common,
    poolMax: settings.POSTGRES_POOL_MAX,
    statementTimeoutMs: settings.WEBHOOK_STORE_TIMEOUT_MS,
    applicationName: 'freeway-intake',
  });
  const forward = connectPostgres({
    ...common,
    poolMax: FORWARD_CONNECTIONS,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    applicationName: 'freeway-forward',
    session: FORWARD_SESSION,
  });
  lifecycle.onStop('store pool', () => store.close());
  lifecycle.onStop('forward pool', () => forward.close());
  exportPool(metrics, 'intake', store);
  exportPool(metrics, 'forward', forward);
  return { store, forward };
}
