import { readdir, readFile } from 'node:fs/promises';
import type { Postgres } from './connect.ts';

const FOLDER = new URL('../migrations/', import.meta.url);

/** One lock for every process that might migrate at the same time; any constant will do. */
const ADVISORY_LOCK = 6_077_345_021;

export interface MigrationReport {
  readonly applied: readonly string[];
  readonly current: readonly string[];
}

/**
 * Applies the numbered SQL files that the database has not seen, in order, all in one transaction under an advisory
 * lock: processes that start together migrate once, and a file that fails leaves the database as it was.
 */
export async function migrate(postgres: Postgres): Promise<MigrationReport> {
  const files = (await readdir(FOLDER)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).toSorted();
  return postgres.transaction('migrate', async (sql) => {
    await sql`set local statement_timeout = 0`;
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`;
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`;
    const seen = new Set((await sql`select name from migrations`).map((row) => row['name'] as string));
    const applied: string[] = [];
    for (const name of files) {
      if (seen.has(name)) continue;
      await sql.unsafe(await readFile(new URL(name, FOLDER), 'utf8')).simple();
      await sql`insert into migrations (name) values (${name})`;
      applied.push(name);
    }
    return { applied, current: files };
  });
}

/** Names of migrations that this code knows and the database has not applied. */
export async function pendingMigrations(postgres: Postgres): Promise<readonly string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).toSorted();
  const [known] = await postgres.sql`select to_regclass('migrations') is not null as exists`;
  if (!known?.['exists']) return files;
  const seen = new Set((await postgres.sql`select name from migrations`).map((row) => row['name'] as string));
  return files.filter((name) => !seen.has(name));
}
