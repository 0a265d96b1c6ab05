import { backoffMs, type Archive, Fault, type ServiceHealth } from '@freeway/core';
import { type Db, MongoClient } from 'mongodb';
import { archiveVerbs } from './archive-verbs.ts';
import { makeIndexes } from './indexes.ts';
import { type PoolStatistics, watchPool } from './pool-statistics.ts';
import { pause, type RetryPolicy, withRetry } from './retry.ts';

export interface MongoArchiveOptions {
  readonly uri: string;
  /** Default: the one that the URI names, else `freeway`. */
  readonly database?: string;
  /** Connections kept open; default 2. */
  readonly poolMin?: number;
  /** Default 10. */
  readonly poolMax?: number;
  /** How long an operation looks for a server; default 2,000. */
  readonly selectionTimeoutMs?: number;
  /** How long one attempt of an operation may take once connected; default 10,000. */
  readonly operationTimeoutMs?: number;
  /** How often an operation is tried in all; default 3. */
  readonly attempts?: number;
  /** In [0, 1): the jitter of retries. */
  readonly random?: () => number;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

export interface MongoArchive extends Archive {
  pool(): PoolStatistics;
}

/**
 * The archive on MongoDB or a server of its protocol. Resolves also when the server is away: operations fail until it
 * comes, and the indexes are made then.
 * @throws MongoParseError when the URI is malformed
 */
export const createMongoArchive = async (options: MongoArchiveOptions): Promise<MongoArchive> => {
  const client = openClient(options);
  const pool = watchPool(client);
  const database = client.db(options.database ?? databaseOf(options.uri));
  const closing = new AbortController();
  let connecting: Promise<unknown> | undefined;
  const retry: RetryPolicy = {
    attempts: options.attempts ?? 3,
    timeoutMs: options.operationTimeoutMs ?? 10_000,
    baseMs: 100,
    maxMs: 5_000,
    random: options.random ?? Math.random,
    closing: closing.signal,
    // Said each time: a client whose first connection failed stays closed until it is told to connect again.
    connect: () => (connecting = client.connect()),
  };
  const preparation = await prepare(database, retry);

  return {
    ...archiveVerbs(database, retry),
    pool,
    health: () => healthOf(database, retry, preparation.problem(), options.clock ?? (() => performance.now())),
    close: async () => {
      closing.abort();
      // A connection that comes about after the closing would stay.
      await connecting?.catch(() => {});
      await client.close();
    },
  };
};

const healthOf = async (
  database: Db,
  retry: RetryPolicy,
  problem: string | undefined,
  clock: () => number,
): Promise<ServiceHealth> => {
  const startedMs = clock();
  try {
    await withRetry({ ...retry, attempts: 1 }, (bounds) => database.command({ ping: 1 }, bounds));
  } catch (error) {
    return { state: 'down', detail: messageOf(error) };
  }
  const latencyMs = clock() - startedMs;
  if (problem === undefined) return { state: 'up', latencyMs };
  return { state: 'degraded', latencyMs, detail: `indexes are not made yet: ${problem}` };
};

const openClient = (options: MongoArchiveOptions): MongoClient =>
  new MongoClient(options.uri, {
    appName: 'freeway',
    minPoolSize: options.poolMin ?? 2,
    maxPoolSize: options.poolMax ?? 10,
    serverSelectionTimeoutMS: options.selectionTimeoutMs ?? 2_000,
    connectTimeoutMS: options.selectionTimeoutMs ?? 2_000,
    // Standalone servers and FerretDB have neither; see withRetry.
    retryWrites: false,
    retryReads: false,
    // A message is acknowledged on our word: a write counts once a majority holds it.
    writeConcern: { w: 'majority' },
    ignoreUndefined: true,
  });

const databaseOf = (uri: string): string => {
  const named = /^[^/]+\/\/[^/]+\/([^/?]+)/.exec(uri)?.[1];
  return named === undefined ? 'freeway' : decodeURIComponent(named);
};

/** Makes the indexes: tries once now, and goes on in the background until it succeeds or the archive closes. */
const prepare = async (database: Db, retry: RetryPolicy): Promise<{ problem(): string | undefined }> => {
  let problem: string | undefined;
  const isDone = async (): Promise<boolean> => {
    try {
      await withRetry({ ...retry, attempts: 1 }, (bounds) => makeIndexes(database, bounds));
      problem = undefined;
    } catch (error) {
      problem = messageOf(error);
    }
    return problem === undefined || retry.closing.aborted;
  };
  const goOn = async (): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      await pause(backoffMs(attempt, retry), retry.closing);
      if (await isDone()) return;
    }
  };
  if (!(await isDone())) void goOn();
  return { problem: () => problem };
};

// The cause says what is wrong; a fault only says what that means.
const messageOf = (error: unknown): string => {
  const cause = error instanceof Fault ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
};
