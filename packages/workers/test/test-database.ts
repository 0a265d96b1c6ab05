import { randomBytes } from 'node:crypto';
import {
  connectPostgres,
  createLedger,
  HOT_SESSION,
  migrate,
  openAccount,
  type Postgres,
  type PostgresLedger,
  putCard,
  putOwner,
} from '@freeway/postgres';
import { buildProposal } from '@freeway/testkit';
import { DATABASE_URL } from './servers.ts';

export interface TestDatabase {
  readonly url: string;
  readonly postgres: Postgres;
  /** Closed with the database. */
  connect(url?: string, poolMax?: number): Postgres;
  close(): Promise<void>;
}

/** A database of its own on the server of TEST_DATABASE_URL; migrated unless told otherwise. */
export async function openTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const name = `freeway_workers_${randomBytes(6).toString('hex')}`;
  const admin = connectPostgres({ url: DATABASE_URL, poolMax: 1, statementTimeoutMs: 30_000 });
  await admin.sql.unsafe(`create database ${name}`);
  const url = new URL(DATABASE_URL);
  url.pathname = `/${name}`;
  const pools: Postgres[] = [];
  const connect = (to: string = url.href, poolMax = 5): Postgres => {
    const pool = connectPostgres({ url: to, poolMax, statementTimeoutMs: 30_000 });
    pools.push(pool);
    return pool;
  };
  const postgres = connect();
  if (migrated) await migrate(postgres);
  return {
    url: url.href,
    postgres,
    connect,
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
      await admin.sql.unsafe(`drop database ${name} with (force)`);
      await admin.close();
    },
  };
}

/** user-1 with 1,000.00 EUR and card-1, and the same for each further number. */
export async function seedProgramme(postgres: Postgres, users = 1): Promise<readonly string[]> {
  for (let n = 1; n <= users; n++) {
    await putOwner(postgres, 'user', { token: `user-${n}` }, 'test');
    await openAccount(postgres, { user: `user-${n}`, currency: 'EUR', opening_balance: '1000.00' }, 'test');
    await putCard(postgres, { token: `card-${n}`, user: `user-${n}` }, 'test');
  }
  const rows = await postgres.sql`select account_id::text as id from accounts order by account_id`;
  return rows.map((row) => row['id'] as string);
}

export interface Decider {
  /** Commits an approval of 0.01 under the token: one transaction, one outbox row. */
  decide(token: string, accountId: string): Promise<void>;
  close(): Promise<void>;
}

/** Decisions without a gateway, through the real ledger, but patient: a commit that meets a lock waits for it. */
export function openDecider(url: string): Decider {
  const session = { ...HOT_SESSION, lock_timeout: '0' };
  const hot = connectPostgres({ url, poolMax: 2, statementTimeoutMs: 30_000, session });
  const ledger: PostgresLedger = createLedger(hot, { batchMax: 1, inFlightMax: 2, queueMax: 1000 });
  return {
    async decide(token, accountId) {
      const request = { transactionToken: token, messageToken: `message-of-${token}`, amountMinor: 1n };
      const proposal = buildProposal({ request, accountId, record: '{"source":"http"}' });
      const { status } = await ledger.authorize(proposal, performance.now() + 30_000);
      if (status !== 'committed') throw new Error(`expected a commit, got ${status}`);
    },
    async close() {
      await ledger.drained();
      await hot.close();
    },
  };
}
