import type { Standing } from '../../workload/standing.ts';
import type { Pool } from './open-pool.ts';

/** Who exists: users from 0, each with a card, an account and two limits. */
export interface TextbookProgramme {
  readonly users: number;
  readonly standingOf: (user: number) => Standing;
  readonly openingMinor: bigint;
  readonly dayMaxMinor: bigint;
  readonly dayMaxCount: number;
  readonly monthMaxMinor: bigint;
}

/** The names are those of ../../../programme.ts. */
export async function seedProgramme(sql: Pool, programme: TextbookProgramme): Promise<void> {
  const last = programme.users - 1;
  const suspended = usersWho(programme, 'card_suspended');
  const frozen = usersWho(programme, 'account_frozen');
  const empty = usersWho(programme, 'account_empty');
  await sql`insert into users (token) select 'bench_user_' || i from generate_series(0, ${last}::integer) i`;
  await sql`
    insert into accounts (user_token, currency, state, posted_minor)
      select 'bench_user_' || i, 'USD', case when f.i is null then 'open' else 'frozen' end,
             case when e.i is null then ${programme.openingMinor}::bigint else 0 end
        from generate_series(0, ${last}::integer) as n (i)
        left join unnest(${frozen}::integer[]) as f (i) using (i)
        left join unnest(${empty}::integer[]) as e (i) using (i)
        order by i`;
  await sql`
    insert into cards (token, user_token, state, expires_on)
      select 'bench_card_' || i, 'bench_user_' || i, case when s.i is null then 'active' else 'suspended' end, '2099-12-31'
        from generate_series(0, ${last}::integer) as n (i)
        left join unnest(${suspended}::integer[]) as s (i) using (i)`;
  await sql`
    insert into limits (card_token, limit_window, max_amount_minor, max_count)
      select token, 'day', ${programme.dayMaxMinor}::bigint, ${programme.dayMaxCount}::integer from cards`;
  await sql`
    insert into limits (account_id, limit_window, max_amount_minor)
      select account_id, 'month', ${programme.monthMaxMinor}::bigint from accounts`;
  for (const table of ['users', 'accounts', 'cards', 'limits', 'counters', 'holds', 'decisions'])
    await sql`vacuum analyze ${sql(table)}`;
}

function usersWho({ users, standingOf }: TextbookProgramme, standing: Standing): readonly number[] {
  return Array.from({ length: users }, (_, user) => user).filter((user) => standingOf(user) === standing);
}
