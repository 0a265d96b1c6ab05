import { chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@freeway/postgres/free-port';
import { connectPostgres, type Postgres } from '@freeway/postgres';
import type { Ground } from '../ground/open-ground.ts';
import type { Child } from '../ground/spawn-child.ts';
import { postgresProgram, programOf } from '../programs.ts';

export interface SingleServer {
  readonly port: number;
  readonly folder: string;
  readonly dataFolder: string;
  readonly url: string;
  /** For programs of PostgreSQL. */
  readonly env: Readonly<Record<string, string>>;
  start(): Promise<void>;
  kill(): Promise<void>;
  connect(database: string): Postgres;
}

const PASSWORD = 'drill-superuser';
/** A restored server replays the log before it opens. */
const START_TIMEOUT_MS = 300_000;

/** A PostgreSQL that archives its log with the command. */
export async function createSingleServer(ground: Ground, archiveCommand: string): Promise<SingleServer> {
  const folder = ground.makeFolder('postgres');
  const dataFolder = join(folder, 'data');
  const [port = 0] = await freePorts(1);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  const { uid, gid } = statSync(folder);
  chownSync(passwordFile, uid, gid);
  const initArgs = ['-D', dataFolder, '-U', 'postgres', '--pwfile', passwordFile, '-A', 'scram-sha-256', '-k'];
  await ground.run({
    name: 'initdb',
    command: programOf(postgresProgram('initdb')),
    args: [...initArgs, '-E', 'UTF8', '--locale', 'C.UTF-8'],
    unprivileged: true,
  });
  let server: Child | undefined;
  const connect = (database: string): Postgres =>
    connectPostgres({
      url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`,
      poolMax: 1,
      statementTimeoutMs: 60_000,
    });
  return {
    port,
    folder,
    dataFolder,
    url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/freeway`,
    env: { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres', PGPASSWORD: PASSWORD },
    connect,
    async start() {
      server = await ground.start({
        name: 'postgres',
        command: programOf(postgresProgram('postgres')),
        args: ['-D', dataFolder, ...settings(port, archiveCommand)],
        unprivileged: true,
      });
      const running = server;
      await ground.until('PostgreSQL takes writes', START_TIMEOUT_MS, async () => {
        if (!running.isRunning()) throw new Error(`PostgreSQL ended:\n${running.logTail()}`);
        return takesWrites(connect('postgres'));
      });
    },
    kill: async () => server?.kill('SIGKILL'),
  };
}

function settings(port: number, archiveCommand: string): string[] {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    wal_level: 'replica',
    archive_mode: 'on',
    archive_command: archiveCommand,
    archive_timeout: '60s',
    max_connections: '100',
    fsync: 'on',
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function takesWrites(postgres: Postgres): Promise<boolean> {
  try {
    const [row] = await postgres.sql`select pg_is_in_recovery() as recovers`;
    return row?.['recovers'] === false;
  } catch {
    return false;
  } finally {
    await postgres.close();
  }
}
