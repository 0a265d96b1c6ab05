import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../packages/postgres/src/embedded/free-port.ts';
import type { Log } from './debian-packages.ts';
import { goExecutable, mongodExecutable } from './executables.ts';
import { buildFerretdb } from './ferretdb.ts';
import { downloadMongod } from './mongod-download.ts';
import type { ServerRun } from './server-run.ts';
import { type ServerPlan, spawnServer } from './spawn-server.ts';

/** How one kind of server is started on a folder and a port. */
type MongoServer = Pick<ServerPlan, 'command'> & { args(folder: string, port: number): string[] };

/** A server of MongoDB's protocol: mongod on PATH, else FerretDB where Go is installed, else a downloaded mongod. */
export async function startMongodb(run: ServerRun, log: Log): Promise<string> {
  const { command, args } = await findServer(log);
  const folder = join(run.folder, 'mongodb');
  mkdirSync(folder);
  const port = await freePort();
  await spawnServer(run, { name: 'mongodb', command, args: args(folder, port), port, timeoutMs: 30_000 });
  return `mongodb://127.0.0.1:${port}/`;
}

async function findServer(log: Log): Promise<MongoServer> {
  const mongod = mongodExecutable();
  if (mongod !== undefined) return mongodServer(mongod);
  const go = goExecutable();
  if (go !== undefined) {
    try {
      return ferretdbServer(await buildFerretdb(go, log));
    } catch (error) {
      log(`FerretDB cannot be built here: ${(error as Error).message}`);
    }
  }
  return mongodServer(await downloadMongod(log));
}

const mongodServer = (command: string): MongoServer => ({
  command,
  args: (folder, port) => ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
});

const ferretdbServer = (command: string): MongoServer => ({
  command,
  args: (folder, port) => ['-listen', `127.0.0.1:${port}`, '-data', folder],
});
