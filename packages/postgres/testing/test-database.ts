import { randomBytes } from 'node:crypto';
import { connectPostgres, type Postgres, type PostgresOptions } from '../src/connect.ts';
import { migrate } from '../src/migrate.ts';

export interface TestDatabase {
  readonly url: string;
  readonly postgres: Postgres;
  /** Another pool on the same database. */
  connect(options?: Partial<PostgresOptions>): Postgres;
  close(): Promise<void>;
}

/** A migrated database of its own for one test file, on the server of TEST_DATABASE_URL. */
export async function openTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `freeway_test_${randomBytes(6).toString('hex')}`;
  const admin = connectPostgres({ url: serverUrl, poolMax: 1, statementTimeoutMs: 30_000 });
  await admin.sql.unsafe(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pools: Postgres[] = [];
  const connect = (options: Partial<PostgresOptions> = {}): Postgres => {
    const pool = connectPostgres({ url: url.href, poolMax: 10, statementTimeoutMs: 30_000, ...options });
    pools.push(pool);
    return pool;
  };
  const postgres = connect();
  await migrate(postgres);
  return {
    url: url.href,
    postgres,
    connect,
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
      await admin.sql.unsafe(`drop database if exists ${name} with (force)`);
      await admin.close();
    },
  };
}
