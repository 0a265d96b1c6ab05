import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../connect.ts';
import { isOutsideTransaction, statementsOf } from './migration-text.ts';

export interface LockWaits {
  /** Nobody waits behind a migration for longer than this. */
  readonly lockTimeoutMs: number;
  /** Between two attempts, when everybody goes on. */
  readonly pauseMs: number;
  /** Of all attempts of one file. */
  readonly patienceMs: number;
  readonly log: (line: string) => void;
}

export const PATIENT: Omit<LockWaits, 'log'> = { lockTimeoutMs: 500, pauseMs: 1000, patienceMs: 60_000 };

/** `lock_not_available`, `deadlock_detected`: nothing was done, and another time it may be. */
const TRY_AGAIN = new Set(['55P03', '40P01']);

export interface Migration {
  readonly name: string;
  readonly text: string;
}

/** @throws Error that names who was in the way, when locks could not be had in all that time */
export async function applyMigration(sql: Sql, migration: Migration, waits: LockWaits): Promise<void> {
  const givesUpAtMs = performance.now() + waits.patienceMs;
  for (;;) {
    try {
      await (isOutsideTransaction(migration.text)
        ? applyOutside(sql, migration)
        : applyInTransaction(sql, migration, waits.lockTimeoutMs));
      return;
    } catch (cause) {
      if (!isWorthAnother(cause)) throw cause;
      const oldest = await oldestTransaction(sql);
      if (performance.now() > givesUpAtMs)
        throw new Error(
          `${migration.name} could not get its locks while others went on: ${oldest}. Nothing of it was done; end what is in the way, or run it again`,
          { cause },
        );
      waits.log(`${migration.name} gives way to others and tries again: ${oldest}`);
      await sleep(waits.pauseMs);
    }
  }
}

async function applyInTransaction(sql: Sql, { name, text }: Migration, lockTimeoutMs: number): Promise<void> {
  try {
    await sql`begin`;
    await sql.unsafe(`set local lock_timeout = ${lockTimeoutMs}`);
    await sql.unsafe(text).simple();
    await sql`insert into migrations (name) values (${name})`;
    await sql`commit`;
  } catch (error) {
    await sql`rollback`.catch(() => undefined);
    throw error;
  }
}

/** What is built concurrently waits for others and nobody for it; a file of this kind can be run again from the beginning. */
async function applyOutside(sql: Sql, { name, text }: Migration): Promise<void> {
  for (const statement of statementsOf(text)) await sql.unsafe(statement);
  await sql`insert into migrations (name) values (${name})`;
}

function isWorthAnother(error: unknown): boolean {
  return error instanceof Error && 'code' in error && TRY_AGAIN.has(String(error.code));
}

/** Most often it is this one that is in the way. */
async function oldestTransaction(sql: Sql): Promise<string> {
  const [row] = await sql`
    select application_name, pid, extract(epoch from clock_timestamp() - xact_start)::integer as seconds from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null order by xact_start limit 1`;
  if (row === undefined) return 'no other transaction is open any more';
  return `the oldest transaction is that of ${row['application_name'] || 'somebody'} (pid ${row['pid']}), open for ${row['seconds']} s`;
}
