// The pool: named queries and their statistics, transactions that roll back by themselves, and answers that never come.
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Postgres, PostgresOptions } from '../src/connect.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const ask = (pool: Postgres) => pool.query('ask', (sql) => sql`select 1 as one`);

describe.skipIf(serverUrl === undefined)('a pool', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    await database.postgres.sql`create table notes (note text primary key)`;
  });
  afterAll(() => database.close());

  const notes = async () =>
    (await database.postgres.sql`select note from notes order by note`).map((row) => row['note']);

  it('opens no more connections than it may, and counts what is under way and what waits', async () => {
    const pool = database.connect({ poolMax: 2, applicationName: 'counted' });
    const { promise: go, resolve: release } = Promise.withResolvers<void>();
    const started: Promise<void>[] = [];
    const transactions = [1, 2].map(() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      started.push(promise);
      return pool.transaction('held', async (sql) => {
        await sql`select 1`;
        resolve();
        await go;
      });
    });
    await Promise.all(started);
    const waiting = [1, 2, 3].map(() => pool.query('waiting', (sql) => sql`select 1`));
    expect(pool.statistics()).toMatchObject({ max: 2, active: 2, waiting: 3, queries: 5, failed: 0 });
    const [row] = await database.postgres.sql`
      select count(*)::integer as connections from pg_stat_activity where application_name = 'counted'`;
    expect(row).toEqual({ connections: 2 });
    release();
    await Promise.all([...transactions, ...waiting]);
    expect(pool.statistics()).toMatchObject({ max: 2, active: 0, waiting: 0, queries: 5, failed: 0 });
  });

  it('names slow queries, also those that fail, and never tells their parameters', async () => {
    let nowMs = 0;
    const slow: unknown[][] = [];
    const pool = database.connect({
      poolMax: 1,
      slowQueryMs: 100,
      clock: () => nowMs,
      onSlow: (...args) => slow.push(args),
    });
    const taking = (ms: number, statement: string) =>
      pool.query(`takes.${ms}`, async (sql) => {
        nowMs += ms;
        return sql.unsafe(statement, ['secret']);
      });
    await taking(100, 'select $1::text');
    await taking(101, 'select $1::text');
    await expect(taking(200, 'select $1::integer')).rejects.toThrow();
    expect(slow).toEqual([
      ['takes.101', 101],
      ['takes.200', 200],
    ]);
    expect(pool.statistics()).toMatchObject({ queries: 3, slow: 2, failed: 1 });
  });

  it('rolls a transaction back when its work throws, and commits it when it does not', async () => {
    const pool = database.connect({ poolMax: 1 });
    const failing = pool.transaction('failing', async (sql) => {
      await sql`insert into notes values ('thrown')`;
      throw new Error('on second thoughts');
    });
    await expect(failing).rejects.toThrow('on second thoughts');
    const refused = pool.transaction('refused', async (sql) => {
      await sql`insert into notes values ('refused')`;
      await sql`select 1 / 0`;
    });
    await expect(refused).rejects.toThrow('division by zero');
    expect(await notes()).toEqual([]);
    expect(await pool.transaction('fine', async (sql) => (await sql`insert into notes values ('kept')`).count)).toBe(1);
    expect(await notes()).toEqual(['kept']);
    expect(pool.statistics()).toMatchObject({ queries: 3, failed: 2, active: 0 });
  });

  it('gives every session its settings and limits', async () => {
    const pool = database.connect({
      statementTimeoutMs: 123,
      session: { enable_seqscan: 'off' },
      applicationName: 'me',
    });
    const [row] = await pool.sql`
      select current_setting('statement_timeout') as limit, current_setting('enable_seqscan') as seqscan,
             current_setting('application_name') as name`;
    expect(row).toEqual({ limit: '123ms', seqscan: 'off', name: 'me' });
    await expect(pool.sql`select pg_sleep(60)`).rejects.toMatchObject({ code: '57014' });
  });

  describe('when the network fails', () => {
    let proxy: FaultProxy;
    beforeAll(async () => {
      const { hostname, port } = new URL(database.url);
      proxy = await openFaultProxy({ host: hostname, port: Number(port || 5432) });
    });
    afterEach(async () => {
      vi.restoreAllMocks();
      await proxy.forward();
    });
    afterAll(() => proxy.close());

    const through = (options: Partial<PostgresOptions> = {}, port = proxy.port): Postgres => {
      const url = new URL(database.url);
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return database.connect({ url: url.href, poolMax: 1, statementTimeoutMs: 50, ...options });
    };

    it('gives up on a statement that a network swallowed, and asks the next one over a new connection', async () => {
      const pool = through();
      expect(await ask(pool)).toEqual([{ one: 1 }]);
      const before = proxy.accepted();
      proxy.stall();
      await expect(ask(pool)).rejects.toMatchObject({ name: 'NoAnswer', code: 'NO_ANSWER' });
      await proxy.forward();
      expect(await ask(pool)).toEqual([{ one: 1 }]);
      expect(proxy.accepted()).toBe(before + 1);
      expect(pool.statistics()).toMatchObject({ queries: 3, failed: 1, active: 0 });
    });

    it('gives up on a statement that met its connection between reset and closed, where the driver loses it', async () => {
      const pool = through();
      await ask(pool);
      const emit = Socket.prototype.emit as (this: Socket, event: string, ...args: unknown[]) => boolean;
      let lost: Promise<unknown> | undefined;
      const between = function (this: Socket, event: string, ...args: unknown[]): boolean {
        const isReset = event === 'close' && args[0] === true && this.connecting === false;
        if (isReset && this.listeners('close').some((listener) => listener.name === 'closed')) lost ??= ask(pool);
        return emit.call(this, event, ...args);
      };
      vi.spyOn(Socket.prototype, 'emit').mockImplementation(between as typeof Socket.prototype.emit);
      proxy.cut();
      await vi.waitFor(() => expect(lost).toBeDefined());
      await expect(lost).rejects.toMatchObject({ code: 'NO_ANSWER' });
      expect(await ask(pool)).toEqual([{ one: 1 }]);
    });

    // The driver had a statement of its own on each new connection, whose failure ended the process.
    it.each([1, 2])(
      'rejects what was asked, and nothing else, when a new connection breaks at its message %i',
      async (nth) => {
        const server = await resettingServer(Number(new URL(database.url).port || 5432), nth);
        const pool = through({}, server.port);
        await expect(ask(pool)).rejects.toMatchObject({
          code: expect.stringMatching(/^(ECONNRESET|CONNECTION_CLOSED)$/),
        });
        server.heal();
        await vi.waitFor(async () => expect(await ask(pool)).toEqual([{ one: 1 }]), { timeout: 10_000 });
        await pool.close();
        await server.close();
      },
    );

    it('fails at once where nobody listens, and recovers by itself', async () => {
      const pool = through();
      await ask(pool);
      await proxy.refuse();
      await expect(ask(pool)).rejects.toMatchObject({ code: expect.stringMatching(/^ECONN(RESET|REFUSED)$/) });
      await vi.waitFor(() => expect(ask(pool)).rejects.toMatchObject({ code: 'ECONNREFUSED' }), { timeout: 10_000 });
      await proxy.forward();
      await vi.waitFor(async () => expect(await ask(pool)).toEqual([{ one: 1 }]), { timeout: 10_000 });
    });
  });
});

/** PostgreSQL behind a server that resets each connection when its nth message comes, until it is healed. */
async function resettingServer(port: number, nth: number) {
  let healthy = false;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let messages = 0;
    client.on('data', (chunk) => {
      messages += 1;
      if (!healthy && messages === nth) client.resetAndDestroy();
      else upstream.write(chunk);
    });
    upstream.on('data', (chunk) => client.write(chunk));
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heal: () => {
      healthy = true;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
