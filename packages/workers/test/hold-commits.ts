import type { Postgres } from '@freeway/postgres';
import { expect } from 'vitest';
import { PATIENTLY } from './patiently.ts';

export interface HeldCommits {
  /** Resolves once a commit stands still. */
  reached(): Promise<void>;
  /** Lets it go on. */
  release(): Promise<void>;
}

/** Lets commits of an account stand still in the middle of their statement, after the checks and before the writes. */
export async function holdCommits({ sql }: Postgres, accountId: string): Promise<HeldCommits> {
  await sql
    .unsafe(
      `create table if not exists held_commits (account_id bigint primary key);
       create or replace function stand_still() returns trigger language plpgsql as $$
       begin
         while exists (select from held_commits h where h.account_id = new.account_id) loop
           perform pg_sleep(0.005);
         end loop;
         return new;
       end $$;
       create or replace trigger stand_still before insert on decisions for each row execute function stand_still();`,
    )
    .simple();
  await sql`insert into held_commits values (${accountId})`;
  const standing = async () => {
    const rows = await sql`
      select 1 from pg_stat_activity
        where datname = current_database() and application_name = 'freeway-commits' and wait_event = 'PgSleep'`;
    return rows.length;
  };
  return {
    reached: () => expect.poll(standing, PATIENTLY).toBeGreaterThan(0),
    release: async () => {
      await sql`delete from held_commits where account_id = ${accountId}`;
    },
  };
}
