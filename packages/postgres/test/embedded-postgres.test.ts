import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync, chmodSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../src/embedded/free-port.ts';
import { startTimeOf } from '../src/embedded/process-identity.ts';
import { serverAccount } from '../src/embedded/server-account.ts';
import { npmServerBinaries } from '../src/embedded/server-binaries.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';

let folder: string;
let running: EmbeddedPostgres[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-embedded-'));
  chmodSync(folder, 0o755);
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const start = async (dataFolder = folder) => {
  const server = await startEmbeddedPostgres({ dataFolder });
  running.push(server);
  return server;
};

const withSql = async <T>(url: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
  const sql = postgres(url, { max: 1, connect_timeout: 5 });
  try {
    return await use(sql);
  } finally {
    await sql.end();
  }
};

const insertNote = (url: string, note: string) =>
  withSql(url, async (sql) => {
    await sql`create table if not exists notes (note text not null)`;
    await sql`insert into notes values (${note})`;
  });

const notes = (url: string) =>
  withSql(url, async (sql) =>
    (await sql<{ note: string }[]>`select note from notes order by note`).map((row) => row.note),
  );

const untilGone = async (pid: number) => {
  await expect.poll(() => startTimeOf(pid), { timeout: 20_000 }).toBeUndefined();
};

test('serves the database freeway, durably, on loopback only', async () => {
  const { url } = await start();
  const settings = await withSql(
    url,
    (sql) => sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories', 'TimeZone')`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    TimeZone: 'UTC',
  });
  expect(new URL(url).pathname).toBe('/freeway');
});

test('asks for the password, because loopback is shared by every user of the machine', async () => {
  const { url } = await start();
  const guess = new URL(url);
  guess.password = 'guess';
  await expect(withSql(guess.href, (sql) => sql`select 1`)).rejects.toMatchObject({ code: '28P01' });
});

test('keeps what was committed over a stop and a start', async () => {
  const first = await start();
  await insertNote(first.url, 'kept');
  await first.stop();
  expect(startTimeOf(first.pid)).toBeUndefined();
  const second = await start();
  expect(await notes(second.url)).toEqual(['kept']);
});

test('stops while sessions are open, and stopping twice is one stop', async () => {
  const server = await start();
  const sql = postgres(server.url, { max: 1 });
  await sql`select 1`;
  await Promise.all([server.stop(), server.stop()]);
  expect(startTimeOf(server.pid)).toBeUndefined();
  await sql.end();
});

test('refuses a folder that a live process uses', async () => {
  await start();
  await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toThrow(`in use by process ${process.pid}`);
});

test('recovers after the server itself was killed', async () => {
  const first = await start();
  await insertNote(first.url, 'committed before the crash');
  process.kill(first.pid, 'SIGKILL');
  await untilGone(first.pid);
  await first.stop();
  const second = await start();
  expect(await notes(second.url)).toEqual(['committed before the crash']);
});

test('starts although the pid in a stale pid file now belongs to another program', async () => {
  const first = await start();
  await first.stop();
  const other = spawn('sleep', ['60']);
  const pidFile = join(realpathSync(join(folder, 'cluster')), 'postmaster.pid');
  writeFileSync(pidFile, `${other.pid}\n${folder}\n1\n1\n\n127.0.0.1\n0 0\nready   \n`);
  const second = await start();
  expect(await withSql(second.url, async (sql) => (await sql`select 1 as one`)[0])).toEqual({ one: 1 });
  expect(other.exitCode).toBeNull();
  other.kill('SIGKILL');
});

test('ends with its starter when that is killed, and the folder can be used again', async () => {
  const { starter, pid } = await startInAnotherProcess(folder);
  starter.kill('SIGKILL');
  await untilGone(pid);
  const next = await start();
  expect(next.pid).not.toBe(pid);
});

test('stops a server of this folder that somehow outlived its starter', async () => {
  const first = await start();
  await insertNote(first.url, 'written earlier');
  await first.stop();
  const orphan = await startOrphan(join(folder, 'cluster'));
  const second = await start();
  expect(startTimeOf(orphan)).toBeUndefined();
  expect(await notes(second.url)).toEqual(['written earlier']);
});

test('starts, and keeps its data, below a folder that only the starter may enter', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const first = await start(join(closed, 'postgres'));
  await insertNote(first.url, 'kept');
  await first.stop();
  const second = await start(join(closed, 'postgres'));
  expect(await notes(second.url)).toEqual(['kept']);
  await second.stop();
  rmSync(realpathSync(join(closed, 'postgres', 'cluster')), { recursive: true });
});

test('says which PostgreSQL made the folder when another major version meets it', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(join(folder, 'cluster', 'PG_VERSION'), '9\n');
  await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toThrow('was made by PostgreSQL 9');
});

test('shows the reason from the log of a server that does not come up', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(join(folder, 'cluster', 'postgresql.auto.conf'), 'work_mem = lots\n');
  await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toThrow('work_mem');
});

async function startInAnotherProcess(dataFolder: string): Promise<{ starter: ChildProcess; pid: number }> {
  const module = new URL('../src/embedded-postgres.ts', import.meta.url).href;
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    console.log((await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)} })).pid);
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => starter.stdout.once('data', (line) => resolve(Number(line))));
  return { starter, pid };
}

/** Runs the server on that cluster as if its starter, and what ties it to the starter, had been killed. */
async function startOrphan(cluster: string): Promise<number> {
  const account = serverAccount(cluster);
  const { folder: binFolder } = npmServerBinaries(account, () => {});
  const settings = { port: await freePort(), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(binFolder, 'postgres'), ['-D', cluster, ...args], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  const pidFile = join(cluster, 'postmaster.pid');
  await expect.poll(() => readFileSync(pidFile, 'utf8').split('\n')[7], { timeout: 20_000 }).toMatch(/^ready/);
  return Number(server.pid);
}
