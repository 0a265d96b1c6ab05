// Each process under the rights of its role, and nothing beyond them: the whole of Freeway runs so, and whole lives are played on it.
import { connectPostgres, type Postgres, readSealLag, type Role, ROLES } from '@freeway/postgres';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@freeway/postgres/free-port';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Run, runFreeway } from './run-freeway.ts';
import { type RunningProcess, startProcess } from './running-processes.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const PASSWORD = 'Only-4-your-own-machine';
/** How the command says that a right is missing. */
const MAY_NOT = 'may not do that';
const MARQETA = {
  JIT_BASIC_AUTH_USERNAME: 'marqeta',
  JIT_BASIC_AUTH_PASSWORD: PASSWORD,
  WEBHOOK_BASIC_AUTH_USERNAME: 'marqeta',
  WEBHOOK_BASIC_AUTH_PASSWORD: PASSWORD,
  WEBHOOK_SIGNATURE_SECRET: 'an-example-of-a-secret',
};

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

describe.skipIf(serverUrl === undefined)('the roles of the database', { timeout: 300_000 }, () => {
  const suffix = randomBytes(4).toString('hex');
  const name = `freeway_roles_${suffix}`;
  const owner = `fw_owner_${suffix}`;
  const userOf = (role: Role): string => `fw_${role}_${suffix}`;
  const urlOf = (user: string): string => {
    const url = new URL(serverUrl ?? '');
    url.username = user;
    url.password = PASSWORD;
    url.pathname = `/${name}`;
    return url.href;
  };
  let admin: Postgres;
  let folder: string;
  let coreApi: Server;
  let lookups = 0;
  const pools: Postgres[] = [];
  const running: RunningProcess[] = [];
  let urls: { gateway: string; intake: string };

  const poolOf = (user: string): Postgres => {
    const pool = connectPostgres({ url: urlOf(user), poolMax: 1, statementTimeoutMs: 30_000 });
    pools.push(pool);
    return pool;
  };
  const freeway = (user: string, args: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
    runFreeway(args, { cwd: folder, env: { DATABASE_URL: urlOf(user), ...env } });
  const operator = (...args: string[]): Promise<Run> => freeway(userOf('operator'), args);

  beforeAll(async () => {
    admin = connectPostgres({ url: serverUrl ?? '', poolMax: 1, statementTimeoutMs: 30_000 });
    folder = mkdtempSync(join(tmpdir(), 'freeway-roles-'));
    // Not a superuser: whoever owns the tables and may make roles.
    await admin.sql.unsafe(`create user ${owner} createrole password '${PASSWORD}'`);
    await admin.sql.unsafe(`create database ${name} owner ${owner}`);
    // The platform knows no transaction.
    coreApi = createServer((_request, response) => {
      lookups++;
      response.writeHead(404).end('{}');
    });
    coreApi.listen(0, '127.0.0.1');
    await once(coreApi, 'listening');
  });
  afterAll(async () => {
    await Promise.all(running.map((one) => one.stop()));
    await Promise.all(pools.map((pool) => pool.close()));
    coreApi.close();
    await admin.sql.unsafe(`drop database ${name} with (force)`);
    const users = [...ROLES.map(userOf), ...ROLES.map((role) => `freeway_${role}`), 'freeway_queue', owner];
    // Another database of this server may use the group roles.
    for (const user of users) await admin.sql.unsafe(`drop role if exists ${user}`).catch(() => undefined);
    await admin.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As an extension that a superuser made: in the schema of our tables, and not the owner's to give. */
  async function addWhatIsAnothers(): Promise<void> {
    const url = new URL(serverUrl ?? '');
    url.pathname = `/${name}`;
    const superuser = connectPostgres({ url: url.href, poolMax: 1, statementTimeoutMs: 30_000 });
    await superuser.sql.unsafe(`
      create view public.statistics_of_all as select 1 as one;
      create function public.reset_statistics() returns void language sql as '';
      revoke all on public.statistics_of_all from public;
      revoke all on function public.reset_statistics from public`);
    await superuser.close();
  }

  test('are made by the owner of the tables, again and again, and each migration repeats their rights', async () => {
    expect(await freeway(owner, ['migrate'])).toMatchObject({ code: 0 });
    await addWhatIsAnothers();
    expect(await freeway(owner, ['database', 'roles', '--sql'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('create role freeway_gateway nologin') as string,
    });
    const made = await freeway(owner, ['database', 'roles']);
    expect(made).toMatchObject({ code: 0, stdout: ROLES.map((role) => `freeway_${role}\n`).join('') });
    // From PostgreSQL 16 on, who is no superuser cannot give that one, and says so.
    const [monitor] = await admin.sql`select pg_has_role('freeway_monitor', 'pg_monitor', 'member') as member`;
    expect(made.stderr.includes('grant pg_monitor to freeway_monitor')).toBe(monitor?.['member'] === false);
    const again = await freeway(owner, ['database', 'roles']);
    expect(again.code).toBe(0);
    for (const role of ROLES)
      await admin.sql.unsafe(`create user ${userOf(role)} password '${PASSWORD}' in role freeway_${role}`);
    const ours = poolOf(owner);
    await ours.sql`revoke insert on decisions from freeway_worker`;
    expect(await freeway(owner, ['migrate'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('the roles of the processes have the rights that they need') as string,
    });
    const [row] = await ours.sql`select has_table_privilege('freeway_worker', 'decisions', 'insert') as may`;
    expect(row).toEqual({ may: true });
  });

  async function startAll(): Promise<{ gateway: string; intake: string }> {
    const [port, intakePort] = await freePorts(2);
    const { port: corePort } = coreApi.address() as AddressInfo;
    const start = (role: Role, args: readonly string[], env: Record<string, string> = {}): void => {
      running.push(
        startProcess(args, folder, {
          ...MARQETA,
          DATABASE_URL: urlOf(userOf(role)),
          OUTBOX_POLL_MS: '20',
          UNKNOWN_CARD: 'adopt',
          ORIGINAL_CREDITS: 'true',
          ORIGINAL_CREDIT_MAX: '2500',
          ...env,
        }),
      );
    };
    start('gateway', ['gateway'], { PORT: String(port) });
    // The first one that uses the queues makes them, whichever it is.
    start('relay', ['relay']);
    start('intake', ['intake'], { INTAKE_PORT: String(intakePort) });
    for (const queue of ['jit-funding-queue', 'webhook-queue', 'transaction-processing-queue'])
      start('worker', ['worker', queue]);
    start('sweeper', ['sweeper'], {
      CORE_API_URL: `http://127.0.0.1:${corePort}/v3`,
      CORE_API_APPLICATION_TOKEN: 'application-token',
      CORE_API_ADMIN_TOKEN: 'administrators-token',
      SWEEP_DOUBT_EVERY_MS: '300',
      SWEEP_UNCONFIRMED_AFTER_MS: '1',
      SWEEP_EXPIRY_EVERY_MS: '300',
      SWEEP_REFOLDS_EVERY_MS: '100',
      SEAL_EVERY_MS: '100',
    });
    await Promise.all(running.map((one) => one.says('"level":"info"')));
    const started = { gateway: `http://127.0.0.1:${port}`, intake: `http://127.0.0.1:${intakePort}` };
    for (const url of Object.values(started))
      await expect.poll(() => statusOf(`${url}/ready`), { timeout: 120_000, interval: 100 }).toBe(200);
    return started;
  }

  test('are enough: every process runs under its own, and whole lives are played on them', async () => {
    urls = await startAll();
    const played = await runFreeway(
      ['simulate', '--all', '--gateway', `${urls.gateway}/v1/jit`, '--intake', `${urls.intake}/v1/webhooks/marqeta`],
      { cwd: folder, env: { ...MARQETA, DATABASE_URL: urlOf(userOf('operator')) } },
    );
    for (const one of running) expect(one.said(), one.name).not.toContain('permission denied');
    expect(played.stderr).not.toContain(MAY_NOT);
    expect(played.code, played.stdout).toBe(0);
    const monitor = poolOf(userOf('monitor'));
    await expect.poll(() => readSealLag(monitor.sql).then(({ rows }) => rows), { timeout: 60_000 }).toBe(0);
    expect(await freeway(userOf('monitor'), ['verify'])).toMatchObject({ code: 0 });
    expect(await freeway(userOf('monitor'), ['verify', '--chain'])).toMatchObject({ code: 0 });
  });

  test("are enough for an operator's verbs and reports", async () => {
    const file = join(folder, 'programme.ndjson');
    const lines = [
      { type: 'user', token: 'u_1' },
      { type: 'account', user: 'u_1', currency: 'USD', opening_balance: '50' },
      { type: 'card', token: 'c_1', user: 'u_1' },
      { type: 'limit', token: 'l_1', card: 'c_1', currency: 'USD', window: 'day', max_amount: '10' },
      {
        type: 'authorization',
        transaction_token: 'a_1',
        user: 'u_1',
        currency: 'USD',
        amount_left: '5',
        occurred_at: '2026-01-01T00:00:00Z',
      },
    ];
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const account = ['--user', 'u_1', '--currency', 'USD'];
    const verbs = [
      ['import', file],
      ['seed', '--users', '5'],
      ['user', 'put', 'u_2'],
      ['user', 'block', 'u_2'],
      ['card', 'put', 'c_2', '--user', 'u_2'],
      ['card', 'block', 'c_2', '--as', 'lost'],
      ['card', 'unblock', 'c_2'],
      ['limit', 'put', 'l_1', '--card', 'c_1', '--currency', 'USD', '--window', 'day', '--max-amount', '20'],
      ['limit', 'put', 'l_1', '--card', 'c_1', '--currency', 'USD', '--window', 'day'],
      ['account', 'credit', ...account, '--amount', '1', '--reason', 'r', '--key', 'k'],
      ['account', 'debit', ...account, '--amount', '1', '--reason', 'r', '--key', 'l'],
      ['account', 'line', ...account, '--amount', '5'],
      ['account', 'freeze', ...account],
      ['account', 'unfreeze', ...account],
      ['account', 'show', ...account],
      ['account', 'close', ...account],
      ['exceptions', 'list'],
      ['exposure'],
      ['drift'],
      ['settlement'],
      ['dlq', 'list'],
      ['audit', 'list'],
      ['chain', 'retire', '--through', '1'],
      ['verify', '--chain'],
    ];
    for (const args of verbs) {
      const run = await operator(...args);
      expect(run.stderr, args.join(' ')).not.toContain(MAY_NOT);
      expect(run.code, `${args.join(' ')}: ${run.stderr}`).toBe(0);
    }
  });

  test('are enough for what the scenarios do not do: adopt a card, correct its owner, follow its state', async () => {
    const purchase = (token: string, user: string, card: string): Promise<number> => {
      const funding = { token: `m_${token}`, method: 'pgfs.authorization', user_token: user, amount: 1 };
      return say(`${urls.gateway}/v1/jit`, {
        type: 'authorization',
        state: 'PENDING',
        token,
        user_token: user,
        card_token: card,
        amount: 1,
        currency_code: 'USD',
        gpa_order: { amount: 1, currency_code: 'USD', jit_funding: funding },
      });
    };
    for (const user of ['u_3', 'u_4']) {
      await operator('user', 'put', user);
      await operator('account', 'open', '--user', user, '--currency', 'USD', '--opening-balance', '10');
    }
    expect(await purchase('t_adopt', 'u_3', 'c_new')).toBe(200);
    await purchase('t_correct', 'u_4', 'c_new');
    const change = {
      token: 's_1',
      card_token: 'c_new',
      state: 'SUSPENDED',
      type: 'state.suspended',
      created_time: new Date().toISOString(),
    };
    expect(await say(`${urls.intake}/v1/webhooks/marqeta`, { cardtransitions: [change] })).toBe(200);
    const monitor = poolOf(userOf('monitor'));
    const card = async () => [...(await monitor.sql`select owner_token, state from cards where token = 'c_new'`)];
    await expect.poll(card, { timeout: 30_000 }).toEqual([{ owner_token: 'u_4', state: 'suspended' }]);
    const undone = poolOf(userOf('gateway')).sql`select void_authorization('m_t_adopt', 1) as outcome`;
    expect([...(await undone)]).toEqual([{ outcome: 'answered' }]);
    // No record ever speaks of these purchases: the sweeper asks about them.
    await expect.poll(() => lookups, { timeout: 60_000 }).toBeGreaterThan(0);
    for (const one of running) expect(one.said(), one.name).not.toContain('permission denied');
  });

  const NOT_EVEN: readonly (readonly [Role, string])[] = [
    ['gateway', 'create table mine (x integer)'],
    ['gateway', 'alter table accounts add column x integer'],
    ['gateway', 'drop table outbox'],
    ['gateway', 'alter table entries disable trigger all'],
    [
      'gateway',
      'create or replace function void_authorization(text, bigint) returns text language sql as $$ select 1 $$',
    ],
    ['gateway', 'insert into entries values (1, 1, 3, $$fees$$, 1, $$USD$$)'],
    ['gateway', 'update entries set amount_minor = 0'],
    ['gateway', 'insert into ledger_transactions (account_id, idempotency_key, kind) values (1, $$k$$, $$k$$)'],
    ['gateway', 'update accounts set posted_minor = 0'],
    ['gateway', 'update accounts set credit_line_minor = 1000000'],
    ['gateway', "update accounts set state = 'open'"],
    ['gateway', 'update decisions set amount_minor = 0'],
    ['gateway', "update decisions set approved = false, reason = 'card_lost'"],
    ['gateway', 'delete from decisions'],
    ['gateway', 'delete from outbox'],
    ['gateway', 'update cards set block = null'],
    ['gateway', 'update limits set max_count = null'],
    ['gateway', 'select * from audit_records'],
    ['gateway', "insert into cards (token, block) values ('c', 'lost')"],
    ['worker', 'select * from audit_records'],
    ['gateway', 'select body from stored_webhooks'],
    ['gateway', 'select * from records'],
    ['gateway', 'delete from seal_blocks'],
    ['gateway', 'insert into seal_feed (kind, account_id, id) values ($$audit$$, 0, 1)'],
    ['gateway', 'select * from queue.job'],
    ['gateway', 'set role freeway_queue'],
    ['intake', 'select * from decisions'],
    ['intake', 'update accounts set posted_minor = 1'],
    ['intake', 'select * from accounts'],
    ['relay', 'insert into outbox (account_id, decision_id, record) values (0, 1, $${}$$)'],
    ['relay', 'update decisions set confirmed = true'],
    ['relay', 'select * from owners'],
    ['worker', 'update entries set amount_minor = 0'],
    ['worker', 'delete from ledger_transactions'],
    ['worker', 'update decisions set approved = true'],
    ['worker', 'update audit_records set actor = $$x$$'],
    ['worker', 'update accounts set credit_line_minor = 1'],
    ['worker', 'truncate decisions'],
    ['worker', 'create table mine (x integer)'],
    ['sweeper', 'update seal_blocks set hash = $$x$$'],
    ['sweeper', 'delete from seal_blocks'],
    ['sweeper', 'delete from entries'],
    ['sweeper', 'update cards set block = null'],
    ['operator', 'update entries set amount_minor = 0'],
    ['operator', 'delete from audit_records'],
    ['operator', 'update decisions set amount_minor = 0'],
    ['operator', 'truncate audit_records'],
    [
      'operator',
      'insert into seal_blocks (block, hash, xid, seq, sealed_at, body) values (0, $$x$$, $$0$$, 0, now(), $$x$$)',
    ],
    ['operator', 'alter table decisions disable trigger all'],
    ['operator', "select void_authorization('m', 1)"],
    ['operator', 'drop function authorize_batch'],
    ['monitor', 'insert into owners (kind, token) values ($$user$$, $$u$$)'],
    ['monitor', 'update accounts set posted_minor = 0'],
    ['monitor', 'delete from queue.job'],
  ];

  test.each(NOT_EVEN)('%s is refused: %s', async (role, statement) => {
    const pool = connectPostgres({ url: urlOf(userOf(role)), poolMax: 1, statementTimeoutMs: 10_000 });
    try {
      await expect(pool.sql.unsafe(statement)).rejects.toThrow(/permission denied|must be owner/);
    } finally {
      await pool.close();
    }
  });

  test('what runs with the rights of its owner says where its tables are', async () => {
    const rows = await poolOf(owner).sql`
      select proname, proconfig from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where prosecdef and nspname not in ('pg_catalog', 'information_schema') order by 1`;
    expect(rows.map((row) => row['proname'])).toEqual(['feed_audit', 'feed_bookings', 'void_authorization']);
    for (const row of rows) expect(row['proconfig']).toEqual(['search_path=pg_catalog, public, pg_temp']);
  });

  test('the processes end as they should', async () => {
    expect(await Promise.all(running.map((one) => one.stop()))).toEqual(running.map(() => 0));
    running.length = 0;
  });
});

/** Says it as Marqeta does; the status of the answer. */
function say(url: string, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', MARQETA.WEBHOOK_SIGNATURE_SECRET).update(text).digest('base64');
  const basic = Buffer.from(`marqeta:${PASSWORD}`).toString('base64');
  const headers = {
    authorization: `Basic ${basic}`,
    'content-type': 'application/json',
    'x-marqeta-signature': signature,
  };
  return fetch(url, { method: 'POST', body: text, headers }).then(({ status }) => status);
}
