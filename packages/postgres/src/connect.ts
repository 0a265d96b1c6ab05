import postgres from 'postgres';
import { ARRAY_TYPES } from './array-types.ts';
import { createReplaceableDriver } from './replaceable-driver.ts';
import { severalServers } from './several-servers.ts';

export type Sql = postgres.Sql;

export interface PostgresOptions {
  /** May name several servers: see `severalServers`. */
  readonly url: string;
  /** Connections at most. The driver opens them as they are needed and has no minimum. */
  readonly poolMax: number;
  /** The server gives up on a statement after this long. */
  readonly statementTimeoutMs: number;
  /** Idle connections close after this long; 0 keeps them. */
  readonly idleTimeoutMs?: number;
  readonly slowQueryMs?: number;
  /** Called with the query's name when it took longer than `slowQueryMs`. Never with parameters: they may be personal. */
  readonly onSlow?: (name: string, tookMs: number) => void;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
  readonly applicationName?: string;
  /** Server settings of every session of this pool. */
  readonly session?: Readonly<Record<string, string>>;
}

export interface PoolStatistics {
  readonly max: number;
  readonly active: number;
  readonly waiting: number;
  readonly queries: number;
  readonly slow: number;
  readonly failed: number;
}

/** A pool whose queries have names: for slow-query lines and statistics. */
export interface Postgres {
  /** To be read anew for each statement: a pool that gave no answer is replaced. */
  readonly sql: Sql;
  /** Runs one named query. Rejects with `NoAnswer` a second after the server should have given up on it. */
  query<T>(name: string, run: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs statements in one transaction, which rolls back by itself when `run` throws. */
  transaction<T>(name: string, run: (sql: postgres.TransactionSql) => Promise<T>): Promise<T>;
  /**
   * A connection of its own, outside the pool and without limits, for as long as `run` takes: what a session has set or locked
   * goes with it.
   */
  session<T>(run: (sql: Sql) => Promise<T>): Promise<T>;
  statistics(): PoolStatistics;
  close(): Promise<void>;
}

/** How much longer than the server's own limit an answer may take. */
const ANSWER_GRACE_MS = 1000;

/** Opens a pool. Lazy: an unreachable server shows on the first query, not here. */
export function connectPostgres(options: PostgresOptions): Postgres {
  const clock = options.clock ?? (() => performance.now());
  const slowQueryMs = options.slowQueryMs ?? 100;
  let active = 0;
  let queries = 0;
  let slow = 0;
  let failed = 0;

  const driver = createReplaceableDriver(() => openDriver(options), options.statementTimeoutMs + ANSWER_GRACE_MS);

  async function measured<T>(name: string, run: () => Promise<T>): Promise<T> {
    const startedMs = clock();
    active++;
    queries++;
    try {
      return await run();
    } catch (error) {
      failed++;
      throw error;
    } finally {
      active--;
      const tookMs = clock() - startedMs;
      if (tookMs > slowQueryMs) {
        slow++;
        options.onSlow?.(name, tookMs);
      }
    }
  }

  return {
    get sql() {
      return driver.current();
    },
    query: (name, run) => measured(name, () => driver.answered(run)),
    // Its statements have limits of their own, and some none: a migration takes as long as it takes.
    transaction: (name, run) =>
      measured(name, () => driver.writing((sql) => sql.begin(run) as Promise<Awaited<ReturnType<typeof run>>>)),
    async session(run) {
      const own = openDriver({ ...options, poolMax: 1, idleTimeoutMs: 0, statementTimeoutMs: 0 });
      return run(own).finally(() => own.end({ timeout: 5 }));
    },
    statistics: () => ({
      max: options.poolMax,
      active: Math.min(active, options.poolMax),
      waiting: Math.max(0, active - options.poolMax),
      queries,
      slow,
      failed,
    }),
    // The driver waits for a connection that cannot be made as for a query; with none under way, there is nothing to wait for.
    close: () => driver.end(active === 0 ? 0.5 : 5),
  };
}

function openDriver(options: PostgresOptions): Sql {
  const several = severalServers(options.url);
  return postgres(several?.url ?? options.url, {
    ...(several === undefined ? {} : { socket: several.socket }),
    max: options.poolMax,
    idle_timeout: Math.ceil((options.idleTimeoutMs ?? 0) / 1000),
    connect_timeout: 5,
    // Bounded: a server that comes back is found within a second, one that is down is not hammered.
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => {},
    fetch_types: false,
    types: ARRAY_TYPES,
    connection: {
      application_name: options.applicationName ?? 'freeway',
      statement_timeout: options.statementTimeoutMs,
      ...options.session,
    },
  });
}
