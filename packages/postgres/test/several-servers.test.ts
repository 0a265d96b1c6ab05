// DATABASE_URL with several servers: the one that takes writes is found, also after another one has become it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectPostgres, type Postgres, type PostgresOptions } from '../src/connect.ts';
import { freePort } from '../src/embedded/free-port.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { reactionTo } from '../src/sql-errors.ts';

interface Place {
  readonly port: number;
  readonly sql: Postgres;
}

const where = async (opened: Postgres) =>
  (await opened.query('where', (sql) => sql`select name from place`))[0]?.['name'];
const write = (opened: Postgres) => opened.query('write', (sql) => sql`update place set name = name returning name`);

describe('several servers', () => {
  const folders: string[] = [];
  const servers: EmbeddedPostgres[] = [];
  const places: Place[] = [];
  const pools: Postgres[] = [];
  let first: Place;
  let second: Place;

  beforeAll(async () => {
    for (const name of ['first', 'second']) {
      const folder = mkdtempSync(join(tmpdir(), `freeway-${name}-`));
      folders.push(folder);
      const server = await startEmbeddedPostgres({ dataFolder: folder });
      servers.push(server);
      const sql = connectPostgres({ url: server.url, poolMax: 1, statementTimeoutMs: 10_000 });
      await sql.sql.unsafe(`create role same login superuser password 'same'`);
      await sql.sql.unsafe(`create table place as select '${name}' as name`);
      places.push({ port: server.port, sql });
    }
    [first, second] = places as [Place, Place];
  }, 60_000);
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
    for (const place of places) await readOnly(place, false);
  });
  afterAll(async () => {
    await Promise.all(places.map(({ sql }) => sql.close()));
    await Promise.all(servers.map((server) => server.stop()));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** A server that has become a standby refuses writes like this; its sessions stay, and see it at once. */
  async function readOnly({ sql }: Place, on: boolean): Promise<void> {
    await sql.sql.unsafe('set default_transaction_read_only = off');
    await sql.sql.unsafe(`alter system set default_transaction_read_only = ${on}`);
    await sql.sql`select pg_reload_conf()`;
    await vi.waitFor(async () => {
      const [row] = await sql.sql`select setting from pg_file_settings where name = 'default_transaction_read_only'`;
      expect(row?.['setting']).toBe(String(on));
    });
  }
  const pool = (ports: readonly number[], more = '', options: Partial<PostgresOptions> = {}): Postgres => {
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
    const url = `postgres://same:same@${hosts}/freeway${more}`;
    const opened = connectPostgres({ url, poolMax: 3, statementTimeoutMs: 5_000, ...options });
    pools.push(opened);
    return opened;
  };

  it('passes one that is dead, whichever its place, on every connection', async () => {
    const dead = await freePort();
    for (const ports of [
      [dead, second.port],
      [second.port, dead],
    ]) {
      const opened = pool(ports);
      expect(await Promise.all([1, 2, 3].map(() => where(opened)))).toEqual(['second', 'second', 'second']);
    }
  });

  it('passes one that swallows everything, without waiting for it', async () => {
    const proxy = await openFaultProxy({ host: '127.0.0.1', port: first.port });
    proxy.stall();
    try {
      const opened = pool([proxy.port, second.port], '', { statementTimeoutMs: 600 });
      expect(await where(opened)).toBe('second');
    } finally {
      await proxy.close();
    }
  });

  it('passes one that only reads, unless any will do', async () => {
    await readOnly(first, true);
    expect(await where(pool([first.port, second.port]))).toBe('second');
    expect(await where(pool([first.port], '?target_session_attrs=any'))).toBe('first');
    await expect(where(pool([first.port], '?target_session_attrs=read-write'))).rejects.toMatchObject({
      code: 'NO_SERVER',
    });
    await expect(where(pool([second.port, first.port], '?target_session_attrs=standby'))).rejects.toMatchObject({
      code: 'NO_SERVER',
    });
  });

  it('fails at once while none takes writes, stays usable, and finds the one that does later', async () => {
    await Promise.all(places.map((place) => readOnly(place, true)));
    const opened = pool([first.port, second.port]);
    const asked = Array.from({ length: 8 }, () => where(opened));
    for (const result of await Promise.allSettled(asked)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'NO_SERVER' } });
    }
    await readOnly(second, false);
    await vi.waitFor(async () => expect(await where(opened)).toBe('second'), { timeout: 10_000 });
  });

  it('moves to the new one when the server it writes to only reads from now on', async () => {
    const opened = pool([first.port, second.port]);
    await readOnly(second, true);
    expect(await write(opened)).toMatchObject([{ name: 'first' }]);
    await readOnly(first, true);
    await readOnly(second, false);
    const refused = await write(opened).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: '25006' });
    expect(reactionTo(refused)).toBe('reconnect');
    expect(await write(opened)).toMatchObject([{ name: 'second' }]);
    await readOnly(second, true);
    await readOnly(first, false);
    const inTransaction = () => opened.transaction('write', (sql) => sql`update place set name = name returning name`);
    await expect(inTransaction()).rejects.toMatchObject({ code: '25006' });
    expect(await inTransaction()).toMatchObject([{ name: 'first' }]);
  });

  it('says that the password is wrong rather than that another server is away', async () => {
    const url = `postgres://same:other@127.0.0.1:${await freePort()},127.0.0.1:${second.port}/freeway`;
    const opened = connectPostgres({ url, poolMax: 1, statementTimeoutMs: 5_000 });
    pools.push(opened);
    await expect(where(opened)).rejects.toMatchObject({ code: '28P01' });
  });
});
