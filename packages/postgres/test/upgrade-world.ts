import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectPostgres, type Postgres, type PostgresOptions } from '../src/connect.ts';
import { type MigrateOptions, migrate } from '../src/migrate.ts';

const MIGRATIONS = new URL('../migrations/', import.meta.url);
export const FILES: readonly string[] = readdirSync(MIGRATIONS).toSorted();

/** The schema that the first release brought. */
export const FIRST_RELEASE: readonly string[] = FILES.filter(
  (name) => name <= '0017_sums.sql' || name === '0100_archive.sql',
);

/** A database of its own at an earlier schema. */
export interface EarlierDatabase {
  readonly postgres: Postgres;
  connect(options?: Partial<PostgresOptions>): Postgres;
  /** Applies some files, and others of one's own. */
  migrateTo(files: readonly string[], options?: MigrateOptions, own?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

export async function openEarlierDatabase(serverUrl: string, files: readonly string[]): Promise<EarlierDatabase> {
  const name = `freeway_upgrade_${randomBytes(6).toString('hex')}`;
  const admin = connectPostgres({ url: serverUrl, poolMax: 1, statementTimeoutMs: 30_000 });
  await admin.sql.unsafe(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pools: Postgres[] = [];
  const connect = (options: Partial<PostgresOptions> = {}): Postgres => {
    const pool = connectPostgres({ url: url.href, poolMax: 4, statementTimeoutMs: 30_000, ...options });
    pools.push(pool);
    return pool;
  };
  const postgres = connect();
  const database: EarlierDatabase = {
    postgres,
    connect,
    async migrateTo(wanted, options = {}, own = {}) {
      const folder = mkdtempSync(join(tmpdir(), 'freeway-migrations-'));
      try {
        for (const file of wanted) cpSync(new URL(file, MIGRATIONS), join(folder, file));
        for (const [file, text] of Object.entries(own)) writeFileSync(join(folder, file), text);
        await migrate(postgres, { ...options, folder: pathToFileURL(`${folder}/`) });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
      await admin.sql.unsafe(`drop database if exists ${name} with (force)`);
      await admin.close();
    },
  };
  await database.migrateTo(files);
  return database;
}

export interface Payer {
  readonly accountId: string;
  readonly ownerToken: string;
  readonly limitId: number;
}

/** A user with money and a limit by the day, in columns that every schema has had. */
export async function openPayer({ sql }: Postgres, ownerToken: string): Promise<Payer> {
  await sql`insert into owners (kind, token) values ('user', ${ownerToken})`;
  const [account] = await sql`
    insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
      values ('user', ${ownerToken}, 'EUR', 100000000) returning account_id`;
  const [limit] = await sql`
    insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor)
      values (${`l-${ownerToken}`}, 'user', ${ownerToken}, 'EUR', 'day', 1000000000) returning limit_id`;
  return { accountId: account?.['account_id'], ownerToken, limitId: limit?.['limit_id'] };
}

export async function heldOf({ sql }: Postgres, accountId: string): Promise<number> {
  const [row] = await sql`select held_minor from accounts where account_id = ${accountId}`;
  return Number(row?.['held_minor']);
}
