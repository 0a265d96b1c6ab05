import { roleName, ROLES } from '@freeway/postgres';
import { SETTINGS } from '@freeway/runtime';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@freeway/postgres/free-port';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentOf, EXAMPLE_ENV, freewayServices, readComposeFile } from './compose-file.ts';
import { ROOT } from './image/build-context.ts';
import { postgresFolders, type RunningPostgres, startPostgres } from './servers/postgres.ts';
import { rabbitmqIsThere, type RunningRabbitmq, startRabbitmq } from './servers/rabbitmq.ts';
import { type RunningRedis, startRedis } from './servers/redis.ts';
import { isOnPath, type Spawned, spawnUntil } from './servers/spawned.ts';

const compose = readComposeFile(EXAMPLE_ENV);
const folder = mkdtempSync(join(tmpdir(), 'freeway-servers-'));
const secrets = join(folder, 'secrets');
const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();

/** An address of a container, as one of this machine. */
function bringHome(name: string, port: number): void {
  const url = new URL(secret(name));
  url.host = `127.0.0.1:${port}`;
  chmodSync(join(secrets, name), 0o644);
  writeFileSync(join(secrets, name), url.href);
}

beforeAll(() => {
  // The servers' own users pass through.
  chmodSync(folder, 0o755);
  execFileSync(process.execPath, [join(ROOT, 'deploy/make-secrets.mjs'), secrets]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(postgresFolders())('PostgreSQL of %s', (binaries) => {
  let running: RunningPostgres;

  beforeAll(async () => {
    const own = mkdtempSync(join(folder, 'postgres-'));
    running = await startPostgres(binaries, own, secrets);
  }, 300_000);
  afterAll(() => running?.server.end('SIGINT'));

  const asUser = async <T>(user: string, passwordName: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
    const url = `postgres://${user}:${secret(passwordName)}@127.0.0.1:${running.port}/freeway`;
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    return use(sql).finally(() => sql.end());
  };

  test('takes every line of our configuration, and is durable', async () => {
    const sql = postgres(running.superuserUrl, { max: 1 });
    const faulty = await sql`select name, error from pg_file_settings where error is not null`;
    const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_level', 'shared_buffers', 'data_checksums'];
    const shown = await sql`select name, setting from pg_settings where name in ${sql(names)}`;
    await sql.end();
    // What the test says on the command line overrides the file.
    expect(faulty.map(({ name }) => name as string).filter((name) => name !== 'listen_addresses')).toEqual([]);
    expect(Object.fromEntries(shown.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      shared_buffers: '65536',
      synchronous_commit: 'on',
      wal_level: 'replica',
    });
  });

  test('holds every pool of every process', async () => {
    const pool = SETTINGS.POSTGRES_POOL_MAX.default;
    const commits = SETTINGS.COMMIT_IN_FLIGHT.default;
    // docs/operations.md, connections.
    const most: Record<string, number> = {
      gateway: pool + commits,
      intake: pool + 1,
      relay: pool,
      worker: 2 * pool + commits,
      sweeper: pool + 1,
      // One command of an operator, and the migrations.
      cli: pool,
    };
    // Gone before the others come.
    const beside = freewayServices(compose).filter(([name]) => name !== 'roles');
    const all = beside.reduce((sum, [, , name]) => sum + (most[name] ?? 0), 0);
    const [row] = await asUser('monitoring', 'monitoring_database_password', (sql) => sql`show max_connections`);
    expect(all + 15).toBeLessThanOrEqual(Number(row?.['max_connections']));
  });

  test("lets Freeway's role make what it needs, and be no superuser", async () => {
    await asUser('freeway', 'freeway_database_password', async (sql) => {
      await sql`create schema of_its_own`;
      await sql`create table public.of_its_own (id int)`;
      await expect(sql`create role another`).rejects.toThrow(/permission denied/);
      await expect(sql`create database another`).rejects.toThrow(/permission denied/);
      await expect(sql`copy public.of_its_own from program 'true'`).rejects.toThrow(/permission denied|superuser/);
    });
  });

  test('lets the exporter read statistics and no table', async () => {
    await asUser('monitoring', 'monitoring_database_password', async (sql) => {
      expect(await sql`select count(*) from pg_stat_activity where backend_type = 'checkpointer'`).toHaveLength(1);
      await sql`select count(*) from pg_stat_statements`;
      await expect(sql`select * from public.of_its_own`).rejects.toThrow(/permission denied/);
      await expect(sql`create table public.another (id int)`).rejects.toThrow(/permission denied/);
    });
  });

  test('asks everybody for a password', async () => {
    const sql = postgres(`postgres://freeway:wrong@127.0.0.1:${running.port}/freeway`, { max: 1 });
    await expect(sql`select 1`).rejects.toThrow(/password authentication failed/);
    await sql.end();
  });

  test.skipIf(!isOnPath('prometheus-postgres-exporter'))('shows itself to the exporter', async () => {
    const port = await freePort();
    const { environment = {} } = compose.services['postgres-exporter'] ?? {};
    const env = {
      PATH: process.env['PATH'] ?? '',
      DATA_SOURCE_USER: environment['DATA_SOURCE_USER'] ?? '',
      DATA_SOURCE_PASS_FILE: (environment['DATA_SOURCE_PASS_FILE'] ?? '').replace('/run/secrets', secrets),
      DATA_SOURCE_URI: (environment['DATA_SOURCE_URI'] ?? '').replace('postgres:5432', `127.0.0.1:${running.port}`),
    };
    const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const exporter = await spawnUntil(
      async () => (await scrape()) !== '',
      ['prometheus-postgres-exporter', `--web.listen-address=127.0.0.1:${port}`],
      { env },
    );
    expect(await scrape()).toMatch(/^pg_up 1$/m);
    await exporter.end('SIGTERM');
  });
});

const binaries = postgresFolders().at(-1);
const mongodb = process.env['TEST_MONGODB_URI'];
const all = binaries !== undefined && mongodb !== undefined && rabbitmqIsThere() && isOnPath('redis-server');

describe.skipIf(!all)('the processes, on stores that are configured as compose does it', () => {
  let database: RunningPostgres;
  let redis: RunningRedis;
  let rabbitmq: RunningRabbitmq;

  beforeAll(async () => {
    const folders = ['postgres', 'redis', 'rabbitmq'].map((name) => join(folder, name));
    for (const each of folders) mkdirSync(each);
    [database, redis, rabbitmq] = await Promise.all([
      startPostgres(binaries ?? '', folders[0] ?? '', secrets),
      startRedis(folders[1] ?? '', secrets),
      startRabbitmq(folders[2] ?? '', secrets),
    ]);
    for (const name of Object.keys(compose.secrets).filter((each) => each.endsWith('_database_url')))
      bringHome(name, database.port);
    bringHome('redis_url', redis.port);
    bringHome('rabbitmq_url', rabbitmq.port);
    // No MongoDB with users of its own here.
    chmodSync(join(secrets, 'mongodb_uri'), 0o644);
    writeFileSync(join(secrets, 'mongodb_uri'), mongodb ?? '');
    runOnce('migrate');
    runOnce('roles');
  }, 300_000);

  afterAll(async () => {
    await Promise.all([database?.server.end('SIGINT'), redis?.server.end('SIGTERM'), rabbitmq?.stop()]);
  }, 60_000);

  test('become ready, see every store, and stop', async () => {
    const once = ['migrate', 'roles', 'freeway'];
    const services = freewayServices(compose).filter(([name]) => ![...once, 'gateway-2'].includes(name));
    const started = await Promise.all(services.map(([name]) => start(name)));
    for (const { name, port } of started) {
      // A connection may be on its way yet when its process is ready.
      const away = async () => (await statesOf(port)).filter((each) => !each.endsWith(' up'));
      await expect.poll(away, { timeout: 60_000, message: name }).toEqual([]);
      expect((await statesOf(port)).length, name).toBeGreaterThan(1);
    }
    const codes = await Promise.all(started.map(({ running }) => running.end('SIGTERM')));
    expect(codes).toEqual(started.map(() => 0));
  }, 300_000);

  test('give an operator and each process the rights of its role, made beforehand by a superuser', async () => {
    runOnce('freeway', 'user', 'put', 'u_1');
    expect(runOnce('freeway', 'verify')).toMatch(/invariants/);
    expect(() => runOnce('freeway', 'migrate')).toThrow(/may not/);
    const sql = postgres(database.superuserUrl, { max: 1 });
    const logins = await sql`
      select m.member::regrole::text as login, m.roleid::regrole::text as role
        from pg_auth_members m join pg_roles r on r.oid = m.member
        where r.rolcanlogin and r.rolname not in ('postgres', 'monitoring', 'freeway') order by 1`;
    const made = await sql`select rolname as name from pg_roles where rolname like 'freeway\\_%' order by 1`;
    const [mayUpdate] = await sql`select has_table_privilege('gateway', 'entries', 'update') as entries`;
    await sql.end();
    expect(logins.map(({ login, role }) => `${login} ${role}`)).toEqual(
      ['gateway', 'intake', 'operator', 'relay', 'sweeper', 'worker'].map((name) => `${name} freeway_${name}`),
    );
    // Those of `freeway database roles`, and none of another name.
    expect(made.map(({ name }) => name as string)).toEqual([...ROLES.map(roleName), 'freeway_queue'].toSorted());
    expect(mayUpdate).toEqual({ entries: false });
  });

  test('Redis lets a stranger ask whether it is alive, and nothing else', () => {
    expect(redis.cli('ping')).toBe('PONG');
    expect(redis.cli('get', 'anything')).toMatch(/^NOPERM/);
    const known = ['--no-auth-warning', '--user', 'freeway', '--pass', secret('redis_password')];
    expect(redis.cli(...known, 'set', 'anything', '1')).toBe('OK');
    expect(redis.cli(...known, 'flushall')).toMatch(/^NOPERM/);
    expect(redis.cli(...known, 'config', 'get', 'save')).toMatch(/^NOPERM/);
  });

  test('RabbitMQ has the users of its definitions, and no guest', async () => {
    const operator = (path: string) =>
      askRabbitmq(rabbitmq, { user: 'operator', password: secret('operator_rabbitmq_password') }, path);
    const users = (await (await operator('users')).json()) as { name: string; tags: string[] }[];
    expect(users.map(({ name, tags }) => [name, tags]).toSorted()).toEqual([
      ['freeway', []],
      ['operator', ['administrator']],
    ]);
    expect((await askRabbitmq(rabbitmq, { user: 'guest', password: 'guest' }, 'overview')).status).toBe(401);
    expect(
      (await askRabbitmq(rabbitmq, { user: 'freeway', password: secret('freeway_rabbitmq_password') }, 'overview'))
        .status,
    ).toBe(401);
    expect(await (await operator('overview')).json()).toMatchObject({ cluster_name: 'freeway' });
    // What the broker tells of its queues it gathers every few seconds.
    const queues = async () =>
      ((await (await operator('queues')).json()) as { name: string }[]).map(({ name }) => name);
    await expect.poll(queues, { timeout: 60_000 }).toContain('webhook-queue');
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${rabbitmq.metricsPort}/metrics`)).text(), { timeout: 60_000 })
      .toMatch(/rabbitmq_queue_messages\{[^}]*queue="webhook-queue"/);
  }, 120_000);
});

/** Each store of a process, and its state. */
async function statesOf(port: number): Promise<string[]> {
  const health = (await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as {
    services: Record<string, { state: string }>;
  };
  return Object.entries(health.services).map(([store, { state }]) => `${store} ${state}`);
}

function askRabbitmq(
  { managementPort }: RunningRabbitmq,
  { user, password }: { readonly user: string; readonly password: string },
  path: string,
): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return fetch(`http://127.0.0.1:${managementPort}/api/${path}`, { headers: { authorization } });
}

/** A service with the environment that compose gives it, listening where there is room. */
async function start(name: string): Promise<{ name: string; port: number; running: Spawned }> {
  const service = compose.services[name]!;
  const port = await freePort();
  const listens = Object.fromEntries(
    ['', 'INTAKE_', 'OPERATIONS_'].flatMap((prefix) => [
      [`${prefix}HOST`, '127.0.0.1'],
      [`${prefix}PORT`, String(port)],
    ]),
  );
  const env = { ...atHome(environmentOf(service, EXAMPLE_ENV)), ...listens };
  const [, program = '', script = ''] = service.healthcheck?.test ?? [];
  expect(program).toBe('/usr/local/bin/node');
  const running = await spawnUntil(
    async () => (await fetch(`http://127.0.0.1:${port}/ready`)).ok,
    [process.execPath, join(ROOT, 'packages/cli/src/main.ts'), ...(service.command ?? [])],
    { cwd: folder, env },
  );
  execFileSync(process.execPath, [script.replace('/freeway/', ROOT), String(port)], { stdio: 'pipe' });
  return { name, port, running };
}

/** A service that ends by itself, with other words than its own where they are given; what it printed. */
function runOnce(name: string, ...words: string[]): string {
  const service = compose.services[name]!;
  const command = words.length > 0 ? words : (service.command ?? []);
  return execFileSync(process.execPath, [join(ROOT, 'packages/cli/src/main.ts'), ...command], {
    cwd: folder,
    env: atHome(environmentOf(service, EXAMPLE_ENV)),
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

function atHome(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value.replace('/run/secrets', secrets)]));
}
