import { openPool } from './open-pool.ts';

/** Each finds what must not be there. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'what an account holds is the sum of its holds': `
    select from accounts a left join (select account_id, sum(amount_minor) as held from holds group by 1) h using (account_id)
      where a.held_minor <> coalesce(h.held, 0)`,
  'what an account expects is the sum of its expected credits': `
    select from accounts a left join (select account_id, sum(amount_minor) as pending from expected_credits group by 1) c using (account_id)
      where a.pending_credit_minor <> coalesce(c.pending, 0)`,
  'each approval of money has its hold or its expected credit, and each of them its approval': `
    select from (select account_id, transaction_token, amount_minor from decisions
        where reason is null and amount_minor > 0) d
      full join (
        select account_id, transaction_token, amount_minor from holds
        union all select account_id, transaction_token, amount_minor from expected_credits
      ) h using (account_id, transaction_token)
      where d.amount_minor is distinct from h.amount_minor`,
  'each counter is the sum of what was approved in its window': `
    with spent as (
      select d.card_token, d.account_id, d.event_date, d.amount_minor, d.counts
        from decisions d join holds using (account_id, transaction_token)
    ), counted as (
      select l.limit_id, l.limit_window, s.* from spent s join limits l on l.card_token = s.card_token
      union all
      select l.limit_id, l.limit_window, s.* from spent s join limits l on l.account_id = s.account_id
    )
    select from counters k full join (
        select limit_id, date_trunc(limit_window, event_date)::date as window_start,
               sum(amount_minor) as amount_minor, sum(counts) as count
          from counted group by 1, 2
      ) c using (limit_id, window_start)
      where (k.amount_minor, k.count) is distinct from (c.amount_minor, c.count)`,
  'no counter is above its limit': `
    select from counters k join limits l using (limit_id) where k.amount_minor > l.max_amount_minor or k.count > l.max_count`,
  'no account holds more than it has': `select from accounts where held_minor > posted_minor`,
};

/** What is wrong with the books of textbook, each as a sentence; empty when all invariants hold. */
export async function checkBooks(databaseUrl: string): Promise<readonly string[]> {
  const sql = openPool(databaseUrl, 1);
  try {
    const faults: string[] = [];
    for (const [invariant, offenders] of Object.entries(INVARIANTS)) {
      const [row] = await sql.unsafe<{ count: number }[]>(`select count(*)::integer as count from (${offenders}) o`);
      const count = row?.count ?? 0;
      if (count > 0) faults.push(`textbook, ${count} times not: ${invariant}`);
    }
    return faults;
  } finally {
    await sql.end();
  }
}
