import type { TransactionSql } from 'postgres';
import type { LimitRow } from './limit-record.ts';
import { asJson, type WriteContext, type Written } from './record-kind.ts';

/** Makes, changes and lifts limits. The version of owner or card rises by trigger, once per limit that differs. */
export function writeLimits(
  sql: TransactionSql,
  rows: readonly LimitRow[],
  { actor, verb, source, apply }: WriteContext,
): Promise<readonly Written[]> {
  return sql<Written[]>`
    with given as (
      select * from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r (line integer, token text, subject_kind text,
        subject_token text, account_owner_kind text, account_owner_token text, currency text, limit_window text,
        max_amount_minor bigint, max_count integer)
    ), compared as (
      select g.line, g.token, g.subject_kind, coalesce(g.subject_token, a.account_id::text) as subject_token, g.currency,
             g.limit_window, g.max_amount_minor, g.max_count, l.limit_id, case
               when g.max_amount_minor is null and g.max_count is null then case when l.limit_id is null then 'unchanged' else 'lifted' end
               when l.limit_id is null then 'created'
               when (l.max_amount_minor, l.max_count) is distinct from (g.max_amount_minor, g.max_count) then 'updated'
               else 'unchanged' end as status
        from given g left join limits l on l.token = g.token
        left join accounts a on g.subject_kind = 'account' and a.owner_kind = g.account_owner_kind
          and a.owner_token = g.account_owner_token and a.currency = g.currency
    ), made as (
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor, max_count)
        select token, subject_kind, subject_token, currency, limit_window, max_amount_minor, max_count
        from compared where status = 'created' and ${apply} order by line
    ), changed as (
      update limits l set max_amount_minor = c.max_amount_minor, max_count = c.max_count
        from compared c where c.status = 'updated' and ${apply} and l.limit_id = c.limit_id
    ), lifted as (
      delete from limits l using compared c where c.status = 'lifted' and ${apply} and l.limit_id = c.limit_id
    ), audited as (
      insert into audit_records (actor, verb, subject, detail)
        select ${actor}, ${verb}, 'limit:' || token, jsonb_strip_nulls(jsonb_build_object('status', status,
               'limits', subject_kind || ':' || subject_token, 'currency', currency, 'window', limit_window,
               'max_amount_minor', max_amount_minor::text, 'max_count', max_count, 'source', ${source ?? null}::text))
        from compared where status <> 'unchanged' and ${apply} order by line
    )
    select line, status from compared order by line`;
}
