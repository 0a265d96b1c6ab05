import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { claimantOf } from './embedded/claim-folder.ts';
import { clusterPathIn } from './embedded/cluster.ts';
import { readPidFile } from './embedded/launch-server.ts';
import { serves } from './embedded/process-identity.ts';
import { startEmbeddedPostgres, urlOf } from './embedded-postgres.ts';

export interface DatabaseChoice {
  /** DATABASE_URL; undefined means embedded. */
  readonly url: string | undefined;
  /** DATA_FOLDER; the embedded server lives in `postgres` below it. */
  readonly dataFolder: string;
  readonly log?: (line: string) => void;
}

export interface OpenDatabase {
  /** May carry a password: not for log lines. */
  readonly url: string;
  readonly kind: 'given' | 'started' | 'joined';
  /** Stops the server if it was started here. */
  stop(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/** Another process that is just starting the server gets this long. */
const JOIN_PATIENCE_MS = 15_000;

/**
 * The database that the settings name; unset, a server of our own. Several processes of one folder share one server: the
 * first starts it and ends it, the others join.
 */
export async function openDatabase({ url, dataFolder, log }: DatabaseChoice): Promise<OpenDatabase> {
  if (url !== undefined) return { url, kind: 'given', stop: nothing };
  const folder = resolve(dataFolder, 'postgres');
  const givesUpAtMs = performance.now() + JOIN_PATIENCE_MS;
  for (;;) {
    const running = urlOfRunning(folder);
    if (running !== undefined && (await answers(running))) return { url: running, kind: 'joined', stop: nothing };
    try {
      const server = await startEmbeddedPostgres({ dataFolder: folder, ...(log === undefined ? {} : { log }) });
      return { url: server.url, kind: 'started', stop: server.stop };
    } catch (error) {
      if (claimantOf(folder) === undefined || performance.now() > givesUpAtMs) throw error;
      await sleep(200);
    }
  }
}

/** On a first start the server is ready before its database is made. */
async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, fetch_types: false });
  return sql`select 1`
    .then(
      () => true,
      () => false,
    )
    .finally(() => sql.end({ timeout: 1 }));
}

/** Where the server of this folder listens, if a live process runs one. */
function urlOfRunning(folder: string): string | undefined {
  if (claimantOf(folder) === undefined || !existsSync(clusterPathIn(folder))) return undefined;
  const cluster = realpathSync(clusterPathIn(folder));
  const [pid, , , port, , , , status] = readPidFile(cluster);
  if (status?.trim() !== 'ready' || !serves(Number(pid), cluster)) return undefined;
  return urlOf(
    { folder: cluster, password: readFileSync(join(folder, 'password'), 'utf8').trim() },
    Number(port),
    'freeway',
  );
}
