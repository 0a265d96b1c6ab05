import type postgres from 'postgres';

/** Holds what pgbench picks from: what a gateway has in its caches, so that looking it up is not what is measured. */
export const PAYERS = 'bench_pgbench.payers';

/** Writes down who may pay, numbered from 1 in the order of their accounts, `max` at most. Resolves to how many they are. */
export async function createPayers(sql: postgres.Sql, max: number): Promise<number> {
  await dropPayers(sql);
  await sql.unsafe(`
    create schema bench_pgbench;
    create unlogged table ${PAYERS} as
      select row_number() over (order by a.account_id)::integer as n, a.account_id, a.currency,
             o.token as owner_token, o.version as owner_version, c.token as card_token, c.version as card_version,
             d.limit_id as day_limit, d.max_amount_minor as day_max_amount, d.max_count as day_max_count,
             m.limit_id as month_limit, m.max_amount_minor as month_max_amount, m.max_count as month_max_count
        from accounts a
        join owners o on o.kind = a.owner_kind and o.token = a.owner_token
        join cards c on c.token = replace(a.owner_token, 'bench_user_', 'bench_card_')
        join limits d on d.subject_kind = 'card' and d.subject_token = c.token and d.limit_window = 'day'
        join limits m on m.subject_kind = 'account' and m.subject_token = a.account_id::text and m.limit_window = 'month'
        where a.state = 'open' and a.posted_minor > 0 and c.state = 'active'
        order by a.account_id limit ${max};
    alter table ${PAYERS} add primary key (n);
    analyze ${PAYERS}`);
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from ${sql(PAYERS)}`;
  return row?.count ?? 0;
}

export async function dropPayers(sql: postgres.Sql): Promise<void> {
  await sql.unsafe('drop schema if exists bench_pgbench cascade');
}
