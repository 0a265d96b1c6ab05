import type { TransactionSql } from 'postgres';
import type { AccountRow } from './account-record.ts';
import { lockAccounts } from './lock-accounts.ts';
import { asJson, type WriteContext, type Written } from './record-kind.ts';

/**
 * Opens accounts, books their opening balances against `funding` (money.md *Books*), and changes state and credit line
 * of those that are there. An account that shall close closes only when nothing is held, nothing expected and the
 * balance zero (money.md *account states*).
 */
export async function writeAccounts(
  sql: TransactionSql,
  rows: readonly AccountRow[],
  { actor, verb, source, apply }: WriteContext,
): Promise<readonly Written[]> {
  const json = asJson(rows);
  if (apply) await lockAccounts(sql, json);
  return sql<Written[]>`
    with given as (
      select * from jsonb_to_recordset(${json}::text::jsonb) as r (line integer, owner_kind text, owner_token text,
        currency text, opening_minor bigint, credit_line_minor bigint, state text)
    ), put as (
      select g.line, g.owner_kind, g.owner_token, g.currency, a.account_id, coalesce(g.opening_minor, 0) as opening_minor,
             coalesce(g.credit_line_minor, a.credit_line_minor, 0) as credit_line_minor,
             case when g.state = 'closed' and a.state <> 'closed' and (a.posted_minor <> 0 or a.held_minor <> 0 or a.pending_credit_minor <> 0) then 'closing'
                  else coalesce(g.state, a.state, 'open') end as state,
             a.state as old_state, a.credit_line_minor as old_credit_line_minor
        from given g left join accounts a
          on a.owner_kind = g.owner_kind and a.owner_token = g.owner_token and a.currency = g.currency
    ), compared as (
      select p.*, case
          when p.account_id is null then 'created'
          when (p.state, p.credit_line_minor) = (p.old_state, p.old_credit_line_minor) then 'unchanged'
          else 'updated' end as status
        from put p
    ), opening as materialized (
      -- Keys are drawn here: to join what the inserts return would be quadratic, the planner expects few rows of JSON.
      select c.*, nextval(pg_get_serial_sequence('accounts', 'account_id')) as new_account_id,
             nextval(pg_get_serial_sequence('ledger_transactions', 'ledger_transaction_id')) as new_transaction_id
        from compared c where c.status = 'created' and ${apply} order by c.line
    ), opened as (
      insert into accounts (account_id, owner_kind, owner_token, currency, state, posted_minor, credit_line_minor)
        overriding system value
        select new_account_id, owner_kind, owner_token, currency, state, opening_minor, credit_line_minor from opening
    ), booked as (
      insert into ledger_transactions (account_id, ledger_transaction_id, idempotency_key, kind, reason)
        overriding system value
        select new_account_id, new_transaction_id, 'opening', 'opening_balance', 'opening balance' from opening where opening_minor <> 0
    ), entered as (
      insert into entries (account_id, ledger_transaction_id, entry_number, book, amount_minor, currency)
        select o.new_account_id, o.new_transaction_id, side.number, side.book, side.sign * o.opening_minor, o.currency
        from opening o cross join (values (1, 'account', 1), (2, 'funding', -1)) as side (number, book, sign)
        where o.opening_minor <> 0
    ), changed as (
      update accounts a set state = c.state, credit_line_minor = c.credit_line_minor
        from compared c where c.status = 'updated' and ${apply} and a.account_id = c.account_id
    ), audited as (
      insert into audit_records (actor, verb, subject, detail)
        select ${actor}, ${verb}, 'account:' || owner_kind || ':' || owner_token || ':' || currency,
               jsonb_strip_nulls(jsonb_build_object('status', status, 'state', state, 'credit_line_minor', credit_line_minor::text,
                 'opening_minor', case when status = 'created' then opening_minor::text end, 'source', ${source ?? null}::text))
        from compared where status <> 'unchanged' and ${apply} order by line
    )
    select line, status from compared order by line`;
}
