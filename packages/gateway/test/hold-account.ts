import { vi } from 'vitest';
import type { World } from './open-world.ts';

export interface HeldAccount {
  /** Resolves once as many commits as that wait for the account in PostgreSQL. */
  waitedFor(commits: number): Promise<void>;
  /** Lets them go on. */
  release(): Promise<void>;
}

/** Locks an account as another transaction would: a commit that needs it stands still in the middle of its statement. */
export async function holdAccount(world: World, accountId: string): Promise<HeldAccount> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
  const held = world.sql.begin(async (sql) => {
    await sql`select 1 from accounts where account_id = ${accountId} for update`;
    lock();
    await released;
  });
  await locked;
  return {
    waitedFor: (commits) =>
      vi.waitFor(
        async () => {
          const [row] = await world.sql`
            select count(*)::integer as waiting from pg_stat_activity
              where datname = current_database() and application_name = 'freeway-commits' and wait_event_type = 'Lock'`;
          if (row?.['waiting'] < commits) throw new Error(`${row?.['waiting']} commits are waiting`);
        },
        { timeout: 15_000, interval: 5 },
      ),
    async release() {
      release();
      await held;
    },
  };
}
