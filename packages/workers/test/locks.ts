import type { Postgres } from '@freeway/postgres';

/** Takes a lock in a transaction of its own and keeps it until released. */
export async function holdLock({ sql }: Postgres, statement: string): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holding = sql.begin(async (transaction) => {
    await transaction.unsafe(statement);
    held.resolve();
    await release.promise;
  });
  await Promise.race([held.promise, holding]);
  return async () => {
    release.resolve();
    await holding;
  };
}

/** How many sessions of this database wait for a lock in a statement with these words. */
export async function waitingForLocks({ sql }: Postgres, words: string): Promise<number> {
  const [row] = await sql`
    select count(*)::integer as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and strpos(query, ${words}) > 0`;
  return row?.['waiting'] as number;
}

/** What a killed process was waiting for does not happen: its server would only find out afterwards. */
export async function dropWaiting({ sql }: Postgres, words: string): Promise<void> {
  await sql`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and strpos(query, ${words}) > 0`;
}
