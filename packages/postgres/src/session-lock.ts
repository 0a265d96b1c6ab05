import type { Postgres } from './connect.ts';

/** A lock that one session has for as long as it lives: of several processes that may do something, one does. */
export interface SessionLock {
  /** Whether we have it; takes it if nobody does. To be asked anew before each piece of work: a session may end. */
  held(): Promise<boolean>;
}

/**
 * @param postgres a pool of one connection, used for nothing else; closing it gives the lock back
 * @param key names the lock among all of the database
 */
export function createSessionLock(postgres: Postgres, key: number): SessionLock {
  return {
    async held() {
      // Taken once more it would have to be given back as often; and a new session has none of what the last one had.
      const [row] = await postgres.query(
        'session_lock.hold',
        (sql) => sql`
          select case when exists (
                select from pg_locks
                  where locktype = 'advisory' and pid = pg_backend_pid() and granted and classid = 0 and objid = ${key}::bigint::oid
                    and objsubid = 1 and database = (select oid from pg_database where datname = current_database()))
              then true else pg_try_advisory_lock(${key}::bigint) end as held`,
      );
      return row?.['held'] as boolean;
    },
  };
}
