import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Postgres, Sql } from './connect.ts';
import { applyMigration, type LockWaits, PATIENT } from './migrate/apply-migration.ts';
import { recordAudit } from './operator/audit.ts';

const FOLDER = new URL('../migrations/', import.meta.url);

/** One lock for every process that might migrate at the same time; any constant will do. */
const ADVISORY_LOCK = 6_077_345_021;

/** How often it is looked whether whoever migrates is done. */
const TURN_POLL_MS = 100;

export interface MigrationReport {
  readonly applied: readonly string[];
  readonly current: readonly string[];
}

export interface MigrateOptions {
  /** How long others are waited for that hold a lock which a migration needs; a minute, unless told otherwise. */
  readonly patienceMs?: number;
  /** Told what is applied, and whom it waits for. */
  readonly log?: (line: string) => void;
  /** With the files; those of this release, unless told otherwise. */
  readonly folder?: URL;
  readonly actor?: string;
}

/**
 * Applies the numbered SQL files that the database has not seen, in order, each in a transaction of its own: the locks of one
 * are gone before the next begins, and a file that fails leaves what those before it did. Processes that start together
 * migrate once. Safe while others use the database (docs/upgrade.md): no statement waits for a lock for longer than half a
 * second, since everybody else would wait behind it; it is tried again instead. With an actor, it is audited.
 */
export async function migrate(postgres: Postgres, options: MigrateOptions = {}): Promise<MigrationReport> {
  const { patienceMs = PATIENT.patienceMs, log = () => undefined, folder = FOLDER } = options;
  const files = await migrationFiles(folder);
  const waits: LockWaits = { ...PATIENT, patienceMs, log };
  return postgres.session(async (sql) => {
    await takeTurn(sql);
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`;
    const seen = await namesIn(sql);
    const applied: string[] = [];
    for (const name of files) {
      if (seen.has(name)) continue;
      await applyMigration(sql, { name, text: await readFile(new URL(name, folder), 'utf8') }, waits);
      log(`applied ${name}`);
      applied.push(name);
    }
    const { actor } = options;
    if (actor !== undefined && applied.length > 0)
      await sql.begin((own) => recordAudit(own, { actor, verb: 'migrate', subject: 'schema', detail: { applied } }));
    return { applied, current: files };
  });
}

export interface MigrationStatus {
  readonly name: string;
  /** Absent: not applied yet. */
  readonly appliedAt?: Date;
  /** False: of a newer release, which this one goes on beside. */
  readonly known: boolean;
}

/** What is applied, what is to come, and what a newer release has applied, by name. */
export async function migrationStatus(postgres: Postgres): Promise<readonly MigrationStatus[]> {
  const files = new Set(await migrationFiles(FOLDER));
  const rows = (await isFresh(postgres)) ? [] : await postgres.sql`select name, applied_at from migrations`;
  const appliedAt = new Map(rows.map((row) => [row['name'] as string, row['applied_at'] as Date]));
  return [...new Set([...files, ...appliedAt.keys()])].toSorted().map((name) => {
    const at = appliedAt.get(name);
    return { name, known: files.has(name), ...(at === undefined ? {} : { appliedAt: at }) };
  });
}

/** Names of migrations that this code knows and the database has not applied. */
export async function pendingMigrations(postgres: Postgres): Promise<readonly string[]> {
  const status = await migrationStatus(postgres);
  return status.filter(({ appliedAt }) => appliedAt === undefined).map(({ name }) => name);
}

async function migrationFiles(folder: URL): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_-]+\.sql$/.test(name)).toSorted();
}

async function isFresh({ sql }: Postgres): Promise<boolean> {
  const [row] = await sql`select to_regclass('migrations') is null as fresh`;
  return row?.['fresh'] as boolean;
}

async function namesIn(sql: Sql): Promise<ReadonlySet<string>> {
  return new Set((await sql`select name from migrations`).map((row) => row['name'] as string));
}

/**
 * Asked for again and again, not waited for: an index that is built concurrently waits for every statement that is under way,
 * and one that waits for this lock would be among them. It goes with the session.
 */
async function takeTurn(sql: Sql): Promise<void> {
  for (;;) {
    const [row] = await sql`select pg_try_advisory_lock(${ADVISORY_LOCK}) as taken`;
    if (row?.['taken'] === true) return;
    await sleep(TURN_POLL_MS);
  }
}
