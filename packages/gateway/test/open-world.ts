import { randomBytes } from 'node:crypto';
import {
  type AccountRecord,
  type LimitRecord,
  openAccount,
  type Postgres,
  putCard,
  putLimit,
  putOwner,
  verifyLedger,
} from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { createLifecycle, readSettings } from '@freeway/runtime';
import { type Authorizer, startGateway } from '../src/index.ts';
import { exchange, type Reply, type Send } from './http-client.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { type Ask, jitRequest } from './message.ts';

export const USERNAME = 'platform';
export const PASSWORD = 'Quay-Lane-7-is-closed-on-Sundays';
export const AUTHORIZATION = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;
const ME = 'tests';

export interface Answer extends Reply {
  /** `jit_funding` of the answer; undefined for a problem. */
  readonly funding: Readonly<Record<string, unknown>> | undefined;
}

export interface TestGateway {
  readonly url: string;
  readonly authorizer: Authorizer;
  readonly log: MemoryLog;
  /** Posts a JIT request with good credentials. */
  ask(ask: Ask): Promise<Answer>;
  post(body: string | Uint8Array, send?: Send): Promise<Answer>;
  /** The value of one series of /metrics, by its name and labels but `process`. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<boolean>;
}

export type Environment = Readonly<Record<string, string>>;

export interface Customer {
  readonly user: string;
  readonly card: string;
  readonly accountId: string;
}

/** A database of its own, and as many gateways on it as a test wants. */
export interface World {
  readonly database: TestDatabase;
  readonly sql: Postgres['sql'];
  /** Tokens are new in every world: Redis is shared by test files, each with versions of its own. */
  token(name: string): string;
  gateway(env?: Environment): Promise<TestGateway>;
  /** An active user with a card and an account with money, in EUR unless told otherwise. */
  customer(name: string, account?: Partial<AccountRecord>): Promise<Customer>;
  user(token: string): Promise<void>;
  business(token: string): Promise<void>;
  account(record: AccountRecord): Promise<string>;
  card(token: string, user: string): Promise<void>;
  limit(record: LimitRecord): Promise<void>;
  balances(accountId: string): Promise<{ posted: bigint; held: bigint; pending: bigint }>;
  /** Names of the invariants that do not hold. */
  broken(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Settings of a gateway under test. Times are far above what anything takes, unless a test is about time. */
export const settingsFor = (env: Environment = {}): Environment => ({
  HOST: '127.0.0.1',
  PORT: '0',
  JIT_BASIC_AUTH_USERNAME: USERNAME,
  JIT_BASIC_AUTH_PASSWORD: PASSWORD,
  MARQETA_TIMEOUT_MS: '7000',
  NETWORK_ALLOWANCE_MS: '500',
  MAX_EVENT_LOOP_DELAY_MS: '60000',
  POSTGRES_POOL_MAX: '8',
  ...env,
});

export async function openWorld(serverUrl: string): Promise<World> {
  const database = await openTestDatabase(serverUrl);
  const { postgres } = database;
  const { sql } = postgres;
  const run = randomBytes(4).toString('hex');
  const gateways: TestGateway[] = [];

  const world: World = {
    database,
    sql,
    token: (name) => `${name}-${run}`,
    async gateway(env = {}) {
      const gateway = await openGateway({ DATABASE_URL: database.url, ...env });
      gateways.push(gateway);
      return gateway;
    },
    async customer(name, account = {}) {
      const [user, card] = [world.token(name), world.token(`${name}-card`)];
      await world.user(user);
      await world.card(card, user);
      return {
        user,
        card,
        accountId: await world.account({ user, currency: 'EUR', opening_balance: '1000.00', ...account }),
      };
    },
    user: async (token) => accepted(await putOwner(postgres, 'user', { token }, ME)),
    business: async (token) => accepted(await putOwner(postgres, 'business', { token }, ME)),
    async account(record) {
      accepted(await openAccount(postgres, record, ME));
      const token = record.user ?? record.business ?? '';
      const [row] =
        await sql`select account_id from accounts where owner_token = ${token} and currency = ${record.currency}`;
      return row?.['account_id'] as string;
    },
    card: async (token, user) => accepted(await putCard(postgres, { token, user }, ME)),
    limit: async (record) => accepted(await putLimit(postgres, record, ME)),
    async balances(accountId) {
      const [row] = await sql`
        select posted_minor, held_minor, pending_credit_minor from accounts where account_id = ${accountId}`;
      return {
        posted: BigInt(row?.['posted_minor']),
        held: BigInt(row?.['held_minor']),
        pending: BigInt(row?.['pending_credit_minor']),
      };
    },
    broken: async () => (await verifyLedger(postgres)).filter(({ ok }) => !ok).map(({ name }) => name),
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await database.close();
    },
  };
  return world;
}

function accepted(outcome: { readonly status: string; readonly message?: string }): void {
  if (outcome.status === 'refused') throw new Error(`a fixture was refused: ${outcome.message}`);
}

/** A gateway in this process, on a port of its own. */
export async function openGateway(env: Environment): Promise<TestGateway> {
  const read = readSettings('gateway', settingsFor(env));
  if (!read.ok) throw new Error(read.faults.join('; '));
  const { settings } = read;
  const log = createMemoryLog();
  const lifecycle = createLifecycle({ logger: log.logger, stopTimeoutMs: 10_000, ownsProcess: false });
  let started: Awaited<ReturnType<typeof startGateway>> | undefined;
  await lifecycle.run(async () => {
    started = await startGateway({ settings, databaseUrl: settings.DATABASE_URL ?? '', logger: log.logger, lifecycle });
  });
  if (started === undefined) throw new Error('the gateway did not start');
  const { url, authorizer } = started;
  const post = (body: string | Uint8Array, send: Send = {}) => postJit(url, body, send);
  return {
    url,
    authorizer,
    log,
    post,
    ask: (ask) => post(jitRequest(ask)),
    metric: (name, labels) => readMetric(url, name, labels),
    stop: () => lifecycle.stop(),
  };
}

/** Posts to a gateway, wherever it runs. */
export async function postJit(url: string, body: string | Uint8Array, send: Send = {}): Promise<Answer> {
  const headers = { authorization: AUTHORIZATION, 'content-type': 'application/json', ...send.headers };
  const reply = await exchange(`${url}/v1/jit`, { ...send, headers, body });
  const isDecision = reply.status === 200 || reply.status === 402;
  return { ...reply, funding: isDecision ? JSON.parse(reply.text).jit_funding : undefined };
}

/** One series of the /metrics of a gateway, wherever it runs. */
export async function readMetric(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { text } = await exchange(`${url}/metrics`, { method: 'GET' });
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  for (const line of text.split('\n')) {
    const [, series, inBraces, value] = /^([a-z_]+)(?:\{(.*)\})? (.+)$/.exec(line) ?? [];
    if (series === name && wanted.every((each) => inBraces?.includes(each))) return Number(value);
  }
  throw new Error(`no series ${name} with ${wanted.join(' and ') || 'any labels'}`);
}
