import type { TransactionSql } from 'postgres';
import type { AuthorizationRow } from './authorization-record.ts';
import { lockAccounts } from './lock-accounts.ts';
import { asJson, type WriteContext, type Written } from './record-kind.ts';

/**
 * Stores open authorizations as the hot path would have: decision, hold, what the account holds, and the outbox row.
 * They took nothing from our counters. The platform itself named them, so they are confirmed (money.md *doubt*).
 */
export async function writeAuthorizations(
  sql: TransactionSql,
  rows: readonly AuthorizationRow[],
  { actor, verb, source, apply }: WriteContext,
): Promise<readonly Written[]> {
  const json = asJson(rows);
  if (apply) await lockAccounts(sql, json);
  return sql<Written[]>`
    with given as (
      select * from jsonb_to_recordset(${json}::text::jsonb) as r (line integer, transaction_token text, message_token text,
        owner_kind text, owner_token text, card_token text, currency text, amount_minor bigint, expires_at timestamptz, occurred_at timestamptz)
    ), compared as (
      select g.*, a.account_id, case when d.decision_id is null then 'created' else 'unchanged' end as status
        from given g
        left join accounts a on a.owner_kind = g.owner_kind and a.owner_token = g.owner_token and a.currency = g.currency
        left join decisions d on d.transaction_token = g.transaction_token
    ), fresh as materialized (
      -- Keys are drawn here: to join what an insert returns would be quadratic, the planner expects few rows of JSON.
      select c.*, nextval('decision_id') as decision_id from compared c where c.status = 'created' and ${apply} order by c.line
    ), decided as (
      insert into decisions (account_id, decision_id, message_token, transaction_token, fingerprint, method, kind, approved, effect,
          amount_minor, currency, card_token, owner_kind, owner_token, chain_token, counted_at, created_at, expires_at, confirmed)
        select account_id, decision_id, message_token, transaction_token, '00000000-0000-0000-0000-000000000000', 'imported',
          'authorization', true, 'hold', amount_minor, currency, card_token, owner_kind, owner_token, transaction_token, occurred_at,
          occurred_at, expires_at, true
        from fresh
    ), held as (
      insert into holds (account_id, chain_token, amount_minor, message_class, card_token, counted_at, expires_at, opened_at)
        select account_id, transaction_token, amount_minor, 'dual', card_token, occurred_at, expires_at, occurred_at from fresh
    ), balanced as (
      update accounts a set held_minor = a.held_minor + f.amount_minor
        from (select account_id, sum(amount_minor) as amount_minor from fresh group by account_id) f
        where a.account_id = f.account_id
    ), told as (
      insert into outbox (account_id, decision_id, record)
        select f.account_id, f.decision_id, jsonb_strip_nulls(jsonb_build_object('source', 'import', 'method', 'imported',
            'transaction_token', f.transaction_token, 'message_token', f.message_token, 'kind', 'authorization',
            'amount_minor', f.amount_minor::text, 'currency', f.currency, 'card_token', f.card_token,
            'owner', jsonb_build_object('kind', f.owner_kind, 'token', f.owner_token), 'occurred_at', f.occurred_at))::text
        from fresh f order by f.line
    ), audited as (
      insert into audit_records (actor, verb, subject, detail)
        select ${actor}, ${verb}, 'authorization:' || transaction_token, jsonb_strip_nulls(jsonb_build_object('status', status,
               'account', account_id::text, 'currency', currency, 'amount_minor', amount_minor::text, 'source', ${source ?? null}::text))
        from fresh order by line
    )
    select line, status from compared order by line`;
}
