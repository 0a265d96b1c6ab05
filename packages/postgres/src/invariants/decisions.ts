import type { LedgerQuery } from './ledger-query.ts';

const UNPUBLISHED = 'exists (select from relay_cursors c where (o.xid, o.seq) > (c.xid, c.seq))';

/** Answers, and that others learn of them. */
export const DECISION_INVARIANTS: readonly LedgerQuery[] = [
  {
    name: 'tokens_are_stored_once',
    rule: 'two keys',
    violations: `
      select 'message_token' as key, message_token as token, count(*) as times from decisions group by message_token having count(*) > 1
      union all
      select 'transaction_token', transaction_token, count(*) from decisions group by transaction_token having count(*) > 1
      order by 1, 2`,
  },
  {
    // The relay removes what it has published, oldest first: what is older than all that is left may have been removed.
    // It goes by transaction and we go by time, which differ by as long as a transaction may last: hence the minute.
    name: 'decisions_have_their_outbox_row',
    rule: 'architecture.md section 5',
    violations: `
      with pruned as (
        select coalesce((select min(created_at) from outbox), max(moved_at)) as until from relay_cursors
      )
      select d.account_id, d.decision_id, d.transaction_token, d.approved, d.decided_at from decisions d cross join pruned p
        where (p.until is null or d.decided_at >= p.until + interval '1 minute' or not exists (select from relay_cursors))
          and not exists (select from outbox o where o.account_id = d.account_id and o.decision_id = d.decision_id)
        order by d.decision_id`,
  },
  {
    name: 'outbox_rows_have_their_decision',
    rule: 'architecture.md section 5',
    violations: `
      select o.xid::text as xid, o.seq, o.account_id, o.decision_id from outbox o
        where not exists (select from decisions d where d.account_id = o.account_id and d.decision_id = o.decision_id)
        order by o.xid, o.seq`,
  },
  {
    // Younger ones are on their way; where no relay has ever run, none is expected to have gone.
    name: 'outbox_rows_are_published',
    rule: 'architecture.md section 4',
    violations: `
      select o.xid::text as xid, o.seq, o.account_id, o.decision_id, o.created_at from outbox o
        where o.created_at < now() - interval '15 minutes' and ${UNPUBLISHED} order by o.xid, o.seq`,
    listed: `
      select count(*)::integer as unpublished, min(o.created_at) as oldest_at, (select max(moved_at) from relay_cursors) as last_published_at
        from outbox o
        where o.created_at < now() - interval '1 minute' and (${UNPUBLISHED} or not exists (select from relay_cursors))
        having count(*) > 0`,
  },
];
