import type { LedgerQuery } from './ledger-query.ts';

/** What operators and imports did to account `a`. */
const OPERATOR_CAUSES = `
  select 'forced debit' as cause, null::text as transaction_token, t.booked_at as at from ledger_transactions t
    where t.account_id = a.account_id and t.kind = 'operator_debit_forced'
  union all
  select 'imported authorization', d.transaction_token, h.opened_at from holds h
    join decisions d on d.transaction_token = h.chain_token and d.method = 'imported'
    where h.account_id = a.account_id and h.amount_minor > 0
  union all
  select 'credit line lowered by force', null, r.at from audit_records r
    where r.verb = 'set_credit_line' and r.detail @> '{"forced": true}'
      and r.subject = 'account:' || a.owner_kind || ':' || a.owner_token || ':' || a.currency`;

/** What is on the operator's list, or was. */
const LISTED_CAUSES = `
  select case e.reason when 'no_account' then 'nobody''s money' when 'cleared_beyond_hold' then 'over-clearing'
           when 'cleared_without_hold' then 'clearing without a hold' else 'clearing before its authorization' end,
         e.transaction_token, e.raised_at
    from record_exceptions e
    where e.account_id = a.account_id
      and case when e.reason = 'no_account' then a.owner_kind = 'system'
               when e.reason = 'missing_parent' then exists (select from records r
                 where r.transaction_token = e.transaction_token and r.effect in ('clearing', 'advice'))
               else e.reason in ('cleared_beyond_hold', 'cleared_without_hold') end`;

/** Every chain whose money is in account `a`. */
const CHAINS = `
  select h.chain_token from holds h where h.account_id = a.account_id and h.amount_minor > 0
  union
  select r.chain_token from ledger_transactions t join records r on r.transaction_token = t.transaction_token
    where t.account_id = a.account_id and t.transaction_token is not null and r.currency = a.currency`;

/** The transactions that lead to chain `c` of account `a`, as decisions of ours. */
const DECISIONS = `
  chain_links l join decisions k on k.transaction_token = substr(l.link, length('t::' || l.currency) + 1)
    and k.currency = l.currency and k.approved
    where l.chain_token = c.chain_token and l.currency = a.currency and l.link like 't:%'`;

/** What a record of one of these chains took that nobody could refuse. */
const RECORD_CAUSES = `
  select case
      when r.effect = 'debit' then 'debit adjustment'
      when r.effect in ('credit_reversal', 'expected_credit_reversal') then 'reversed credit'
      when r.effect = 'dispute_take_back' then 'dispute credit taken back'
      when r.effect = 'clearing' then case when not exists (select from ${DECISIONS}) then 'force post' end
      when r.effect not in ('hold', 'single', 'increment', 'advice') then null
      when r.stand_in then 'stand-in'
      when r.effect = 'advice' then 'raised by the platform'
      when d.decision_id is null or not d.approved or d.currency <> r.currency then 'approved in our place'
      when r.amount_minor > d.amount_minor then 'raised by the platform'
    end, r.transaction_token, r.received_at
    from (${CHAINS}) c join records r on r.chain_token = c.chain_token and r.currency = a.currency and r.outcome = 'approved'
    left join decisions d on d.transaction_token = r.transaction_token
  union all
  select case k.method when 'imported' then 'imported authorization' else 'approved for another account' end,
         k.transaction_token, k.decided_at
    from (${CHAINS}) c cross join lateral (
      select k.* from ${DECISIONS}
      union all
      select * from decisions f where f.chain_token = c.chain_token and f.chain_token <> f.transaction_token and f.approved
    ) k where k.currency = a.currency and (k.account_id <> a.account_id or k.method = 'imported')
  union all
  select 'changed by a later record', r.transaction_token, max(r.received_at)
    from (${CHAINS}) c join records r on r.chain_token = c.chain_token and r.currency = a.currency
    group by r.transaction_token having count(distinct (r.effect, r.outcome, r.amount_minor)) > 1
  union all
  select 'changed by a later record', t.transaction_token, t.booked_at from ledger_transactions t
    join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id and e.book = 'account'
    where t.account_id = a.account_id and t.reason = 'correction' and e.amount_minor < 0
  union all
  select 'approved after its records', d.transaction_token, d.decided_at from decisions d
    where d.account_id = a.account_id and d.overtaken and d.approved
  union all
  select 'moved here by an operator', n.chain_token, n.folded_at
    from (${CHAINS}) c join chains n on n.chain_token = c.chain_token and n.currency = a.currency
    where n.assigned_account_id = a.account_id`;

/** Accounts below zero, each with the newest of what can have brought it there; found by account, for those accounts alone. */
export const NEGATIVE_ACCOUNTS = `
  select a.account_id, a.owner_kind, a.owner_token, a.currency,
         a.posted_minor - a.held_minor + a.credit_line_minor as available_minor, n.cause, n.transaction_token
    from accounts a left join lateral (
      select * from (${OPERATOR_CAUSES} union all ${LISTED_CAUSES} union all
        select * from (${RECORD_CAUSES}) r where a.owner_kind <> 'system') found
        where cause is not null order by at desc, transaction_token limit 1
    ) n on true
    where a.posted_minor - a.held_minor + a.credit_line_minor < 0`;

/** money.md *below zero*: only by what cannot be refused, or by an operator's force. */
export const BELOW_ZERO_INVARIANTS: readonly LedgerQuery[] = [
  {
    name: 'negative_accounts_have_a_cause',
    rule: 'below zero',
    violations: `
      select account_id, owner_kind, owner_token, currency, available_minor from (${NEGATIVE_ACCOUNTS}) n
        where cause is null order by account_id`,
    listed: `select * from (${NEGATIVE_ACCOUNTS}) n where cause is not null order by available_minor, account_id`,
  },
];
