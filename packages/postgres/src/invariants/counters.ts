import type { LedgerQuery } from './ledger-query.ts';

/** money.md *Counters*. */
export const COUNTER_INVARIANTS: readonly LedgerQuery[] = [
  {
    // What a decision took, and what its chain counts beyond that. What a limit that was lifted since had counted is of no
    // consequence.
    name: 'counters_equal_what_they_count',
    rule: 'Counters',
    violations: `
      with taken as (
        select account_id, limit_id, window_start, sum(amount_minor) as amount_minor, sum(count)::integer as count from (
          select d.account_id, l.limit_id, date_trunc(l.limit_window, d.counted_at at time zone 'UTC')::date as window_start,
                 d.amount_minor, case when d.kind = 'increment' then 0 else 1 end as count
            from decisions d cross join lateral unnest(d.limit_ids) as took (limit_id) join limits l on l.limit_id = took.limit_id
            where d.approved and d.effect = 'hold'
          union all
          select c.account_id, c.limit_id, c.window_start, c.amount_minor, c.count
            from chain_counts c join limits l on l.limit_id = c.limit_id
        ) each group by 1, 2, 3
      ), counted as (
        select k.* from counters k join limits l on l.limit_id = k.limit_id
      )
      select account_id, limit_id, window_start, coalesce(k.amount_minor, 0) as counter_minor, coalesce(t.amount_minor, 0) as taken_minor,
             coalesce(k.count, 0) as counter_count, coalesce(t.count, 0) as taken_count
        from counted k full join taken t using (account_id, limit_id, window_start)
        where (coalesce(k.amount_minor, 0), coalesce(k.count, 0)) <> (coalesce(t.amount_minor, 0), coalesce(t.count, 0))
        order by account_id, limit_id, window_start`,
  },
];
