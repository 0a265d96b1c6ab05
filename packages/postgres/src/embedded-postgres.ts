import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { claimFolder } from './embedded/claim-folder.ts';
import { type Cluster, clusterPathIn, openCluster, SUPERUSER } from './embedded/cluster.ts';
import { endServer, launchServer, readPidFile } from './embedded/launch-server.ts';
import { serves, startTimeOf } from './embedded/process-identity.ts';
import { serverAccount } from './embedded/server-account.ts';
import { binariesIn, npmServerBinaries } from './embedded/server-binaries.ts';

export type EmbeddedPostgresOptions = {
  /** Holds the cluster, its password and the server's log. Kept, and used again by later starts. */
  readonly dataFolder: string;
  /** Any free one when absent. */
  readonly port?: number;
  /** Folder with `initdb` and `postgres`; the npm package's when absent. */
  readonly binFolder?: string;
  /** Takes progress lines. */
  readonly log?: (line: string) => void;
};

export type EmbeddedPostgres = {
  /** Of the database `freeway`. Carries the password: not for log lines. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends every session, writes a checkpoint and waits for the server to be gone. */
  stop(): Promise<void>;
};

const DATABASE = 'freeway';

/**
 * Starts a real PostgreSQL server of our own on 127.0.0.1. It ends with this process, however this process ends.
 * Throws when another live process uses the folder, or when no server can run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const dataFolder = resolve(options.dataFolder);
  mkdirSync(dataFolder, { recursive: true });
  const releaseFolder = claimFolder(dataFolder);
  try {
    const account = serverAccount(clusterPathIn(dataFolder));
    const binaries = options.binFolder ? binariesIn(options.binFolder, account) : npmServerBinaries(account, log);
    const cluster = await openCluster({ dataFolder, binaries, account, log });
    await clearLeftovers(cluster, log);
    const logFile = join(dataFolder, 'postgres.log');
    const server = await launchServer({ cluster, binaries, account, logFile, port: options.port });
    await createDatabase(cluster, server.port).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= server.stop().finally(releaseFolder));
    return { url: urlOf(cluster, server.port, DATABASE), port: server.port, pid: server.pid, stop };
  } catch (error) {
    releaseFolder();
    throw error;
  }
}

/** Stops a server whose starter is gone, and removes the pid file of one that crashed. */
async function clearLeftovers(cluster: Cluster, log: (line: string) => void): Promise<void> {
  const pid = Number(readPidFile(cluster.folder)[0] ?? Number.NaN);
  if (Number.isNaN(pid)) return;
  if (serves(pid, cluster.folder)) {
    log(`stopping the PostgreSQL server ${pid} that an earlier run left behind`);
    await endServer(pid, () => startTimeOf(pid) === undefined);
    return;
  }
  // The new server would remove it too, unless the pid now belongs to some other program of its user.
  rmSync(join(cluster.folder, 'postmaster.pid'), { force: true });
}

async function createDatabase(cluster: Cluster, port: number): Promise<void> {
  const sql = postgres(urlOf(cluster, port, 'postgres'), { max: 1, fetch_types: false });
  try {
    const [found] = await sql`select from pg_database where datname = ${DATABASE}`;
    if (!found) await sql.unsafe(`create database ${DATABASE}`);
  } finally {
    await sql.end();
  }
}

export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${database}`;
}
