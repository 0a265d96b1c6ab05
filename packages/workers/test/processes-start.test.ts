import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Child, MAINS, startChild } from './child-process.ts';
import { baseEnvironment } from './processes-in-one.ts';
import { DATABASE_URL } from './servers.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const NAMES = Object.keys(MAINS) as (keyof typeof MAINS)[];

describe('a process with faulty settings exits with 2 and names each of them', () => {
  const common = { DATABASE_URL: 'mysql://wrong', LOG_LEVEL: 'loud', POSTGRES_POOL_MAX: 'many' };
  const own = {
    gateway: { JIT_BASIC_AUTH_PASSWORD: 'short', PORT: '70000' },
    relay: { OUTBOX_POLL_MS: '-1', QUEUE_RETRY_DELAYS_MS: '3,2,1', OPERATIONS_PORT: 'http' },
    worker: { MARQETA_TIMEOUT_MS: '12345', MONGODB_POOL_MIN: '-2', QUEUE_PREFIX: 'Not Allowed' },
    sweeper: { CORE_API_URL: 'ftp://elsewhere', SWEEP_LOOKUPS_PER_SECOND: '1000', SWEEP_EXPIRY_GRACE_MS: 'two days' },
  };
  const missing = { gateway: ['JIT_BASIC_AUTH_USERNAME'], relay: [], worker: [], sweeper: [] };

  test.concurrent.each(NAMES)('%s', async (name) => {
    const env = { ...common, ...own[name] };
    const child = startChild(name, env);
    expect(await child.exited).toEqual({ code: 2, signal: null });
    const named = [...child.stderr().matchAll(/^ {2}(\w+): /gm)].map((match) => match[1]);
    expect(named.toSorted()).toEqual([...Object.keys(env), ...missing[name]].toSorted());
    for (const value of Object.values(env)) expect(child.stderr()).not.toContain(value);
  });
});

describe.skipIf(DATABASE_URL === '')('a process on a database that lacks migrations', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase({ migrated: false });
  });
  afterAll(() => database?.close());

  test.concurrent.each(NAMES)('%s exits with 1, says what to run, and changes nothing', async (name) => {
    const child = startChild(name, baseEnvironment(database.url));
    expect(await child.exited).toEqual({ code: 1, signal: null });
    const fatal = child.log().find(({ level }) => level === 'fatal');
    expect(fatal).toMatchObject({
      msg: 'start failed',
      err: { message: expect.stringContaining('`freeway migrate`') },
    });
    expect(
      await database.postgres.sql`select from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    ).toHaveLength(0);
  });
});

describe.skipIf(DATABASE_URL === '')('a process where nothing answers', () => {
  test('exits with 1 and logs no password', async () => {
    const url = 'postgres://somebody:their-password@127.0.0.1:1/nothing';
    const child = startChild('relay', baseEnvironment(url));
    expect(await child.exited).toEqual({ code: 1, signal: null });
    expect(child.log().at(-1)).toMatchObject({ level: 'fatal', msg: 'start failed' });
    expect(JSON.stringify(child.log()) + child.stderr()).not.toContain('their-password');
  });
});

describe('processes without DATABASE_URL', () => {
  let dataFolder: string;
  let children: Child[];
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'freeway-processes-'));
    // A server that runs as another user than root passes through.
    chmodSync(dataFolder, 0o755);
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map((child) => child.exited));
    rmSync(dataFolder, { recursive: true, force: true });
  });

  test('started together they share one embedded server, migrated, that ends with the one that started it', async () => {
    const { DATABASE_URL: _, ...rest } = baseEnvironment('');
    const env = { ...rest, DATA_FOLDER: dataFolder };
    const gateway = startChild('gateway', env);
    const worker = startChild('worker', { ...env, OPERATIONS_PORT: '0' });
    children.push(gateway, worker);
    const { url } = await gateway.logged('listening');
    const operations = await worker.logged('operations routes listening');
    const health = await (await fetch(`${operations['url']}/health`)).json();
    expect(health).toMatchObject({ state: 'up', services: { archive: { detail: 'archive in postgresql' } } });
    expect((await fetch(`${operations['url']}/ready`)).status).toBe(200);
    expect(await (await fetch(`${operations['url']}/metrics`)).text()).toContain('process="jit-funding-worker"');
    expect((await fetch(`${url}/ready`)).status).toBe(200);

    const [starter, joiner] = isStarter(gateway) ? [gateway, worker] : [worker, gateway];
    expect(isStarter(joiner)).toBe(false);
    joiner.process.kill('SIGTERM');
    expect(await joiner.exited).toEqual({ code: 0, signal: null });
    starter.process.kill('SIGTERM');
    expect(await starter.exited).toEqual({ code: 0, signal: null });
    const pidFile = join(dataFolder, 'postgres/cluster/postmaster.pid');
    expect(existsSync(pidFile)).toBe(false);
  });
});

const isStarter = (child: Child): boolean => child.log().some(({ msg }) => msg.startsWith('creating a PostgreSQL'));
