// Migrations: once, in order, all or nothing, however many processes start at the same time.
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres, type Postgres } from '../src/connect.ts';
import { migrate, pendingMigrations } from '../src/migrate.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const FILES = readdirSync(new URL('../migrations/', import.meta.url)).toSorted();

const tables = async ({ sql }: Postgres) =>
  (await sql`select tablename from pg_tables where schemaname = 'public' order by 1`).map((row) => row['tablename']);

describe.skipIf(serverUrl === undefined)('migrate', () => {
  let admin: Postgres;
  const names: string[] = [];
  const pools: Postgres[] = [];
  beforeAll(() => {
    admin = connectPostgres({ url: serverUrl ?? '', poolMax: 1, statementTimeoutMs: 30_000 });
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
    for (const name of names.splice(0)) await admin.sql.unsafe(`drop database ${name} with (force)`);
  });
  afterAll(() => admin.close());

  /** Pools on one new, empty database. */
  async function emptyDatabase(count: number): Promise<readonly Postgres[]> {
    const name = `freeway_migrate_${randomBytes(6).toString('hex')}`;
    await admin.sql.unsafe(`create database ${name}`);
    names.push(name);
    const url = new URL(serverUrl ?? '');
    url.pathname = `/${name}`;
    const opened = Array.from({ length: count }, () =>
      connectPostgres({ url: url.href, poolMax: 2, statementTimeoutMs: 30_000 }),
    );
    pools.push(...opened);
    return opened;
  }
  it('applies every file once, in order, and then nothing', async () => {
    const [postgres] = (await emptyDatabase(1)) as [Postgres];
    expect(await pendingMigrations(postgres)).toEqual(FILES);
    expect(await migrate(postgres)).toEqual({ applied: FILES, current: FILES });
    expect(await pendingMigrations(postgres)).toEqual([]);
    expect(await migrate(postgres)).toEqual({ applied: [], current: FILES });
    const applied = await postgres.sql`select name from migrations order by name`;
    expect(applied.map((row) => row['name'])).toEqual(FILES);
    expect(await tables(postgres)).toEqual(
      expect.arrayContaining(['accounts', 'decisions', 'holds', 'outbox', 'owners']),
    );
  });

  it('migrates once when four processes start at the same time', async () => {
    const processes = await emptyDatabase(4);
    const reports = await Promise.all(processes.map((each) => migrate(each)));
    expect(reports.map(({ applied }) => applied.length).toSorted((a, b) => b - a)).toEqual([FILES.length, 0, 0, 0]);
  });

  it('leaves nothing of a file that fails, and goes on there once the cause is gone', async () => {
    const [postgres] = (await emptyDatabase(1)) as [Postgres];
    // stands where one of the files wants to make a table
    await postgres.sql`create table audit_records (stranger integer)`;
    await expect(migrate(postgres)).rejects.toMatchObject({ code: '42P07' });
    const pending = FILES.slice(FILES.indexOf('0005_audit.sql'));
    expect(await pendingMigrations(postgres)).toEqual(pending);
    expect(await tables(postgres)).not.toContain('records');
    await postgres.sql`drop table audit_records`;
    expect((await migrate(postgres)).applied).toEqual(pending);
  });

  it('goes on where an older version of the code had stopped', async () => {
    const [postgres] = (await emptyDatabase(1)) as [Postgres];
    await migrate(postgres);
    const last = FILES.at(-1) ?? '';
    await postgres.sql`delete from migrations where name = ${last}`;
    expect(await pendingMigrations(postgres)).toEqual([last]);
  });

  it('has no limit of time, whatever the pool says', async () => {
    const [first, second] = (await emptyDatabase(2)) as [Postgres, Postgres];
    const url = new URL(serverUrl ?? '');
    url.pathname = `/${names[0]}`;
    const impatient = connectPostgres({ url: url.href, poolMax: 1, statementTimeoutMs: 20 });
    pools.push(impatient);
    // Another process migrates, and holds the lock for longer than a statement may take.
    const { promise: go, resolve: release } = Promise.withResolvers<void>();
    const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
    const held = first.transaction('held', async (sql) => {
      await sql`select pg_advisory_xact_lock(6077345021)`;
      lock();
      await go;
      await sql`select pg_sleep(0.1)`;
    });
    await locked;
    const migrated = migrate(impatient);
    release();
    await held;
    expect((await migrated).applied).toEqual(FILES);
    expect(await pendingMigrations(second)).toEqual([]);
  });
});
