import type { LedgerQuery } from './ledger-query.ts';

const HAS_LISTED_RECORDS =
  "exists (select from record_exceptions e where e.account_id = a.account_id and e.reason = 'account_closed')";

/** What is set aside and what is promised, and whose it is. */
export const HOLD_INVARIANTS: readonly LedgerQuery[] = [
  {
    name: 'held_equals_holds',
    rule: 'nothing is posted on our own word',
    violations: `
      select account_id, coalesce(a.held_minor, 0) as held_minor, coalesce(h.amount_minor, 0) as holds_minor
        from accounts a full join (select account_id, sum(amount_minor) as amount_minor from holds group by account_id) h
          using (account_id)
        where coalesce(a.held_minor, 0) <> coalesce(h.amount_minor, 0) order by account_id`,
  },
  {
    name: 'pending_credit_equals_expected_credits',
    rule: 'nothing is posted on our own word',
    violations: `
      select account_id, coalesce(a.pending_credit_minor, 0) as pending_credit_minor, coalesce(c.amount_minor, 0) as expected_minor
        from accounts a full join (select account_id, sum(amount_minor) as amount_minor from expected_credits group by account_id) c
          using (account_id)
        where coalesce(a.pending_credit_minor, 0) <> coalesce(c.amount_minor, 0) order by account_id`,
  },
  {
    name: 'holds_have_their_authorization',
    rule: 'nothing is posted on our own word',
    violations: `
      select 'hold' as kind, h.account_id, h.chain_token as token, h.amount_minor from holds h
        where h.amount_minor > 0
          and not exists (select from decisions d where d.transaction_token = h.chain_token)
          and not exists (select from decisions d where d.chain_token = h.chain_token and d.chain_token <> d.transaction_token)
          and not exists (select from chains c where c.chain_token = h.chain_token)
      union all
      select 'expected_credit', c.account_id, c.transaction_token, c.amount_minor from expected_credits c
        where c.amount_minor > 0
          and not exists (select from decisions d where d.transaction_token = c.transaction_token)
          and not exists (select from records r where r.transaction_token = c.transaction_token)
      order by 1, 2, 3`,
  },
  {
    // But by a record that says that the platform approved in our place (money.md *outcome*).
    name: 'declines_have_no_effect',
    rule: 'What an answer is',
    violations: `
      select 'decision' as kind, d.account_id, d.transaction_token, d.effect as has, d.amount_minor from decisions d
        where not d.approved and (d.effect <> 'none' or d.limit_ids is not null)
      union all
      select 'hold', h.account_id, h.chain_token, 'only declines in its chain', h.amount_minor from holds h
        where h.amount_minor > 0
          and exists (select from decisions d where d.account_id = h.account_id and d.chain_token = h.chain_token)
          and not exists (select from decisions d where d.account_id = h.account_id and d.chain_token = h.chain_token and d.effect = 'hold')
          and not exists (select from records r where r.chain_token = h.chain_token and r.outcome = 'approved')
      union all
      select 'expected_credit', c.account_id, c.transaction_token, 'its decision is a decline', c.amount_minor from expected_credits c
        join decisions d on d.transaction_token = c.transaction_token and not d.approved
        where not exists (select from records r where r.transaction_token = c.transaction_token and r.outcome = 'approved')
      order by 1, 2, 3`,
  },
  {
    name: 'closed_accounts_hold_nothing',
    rule: 'account states',
    // A record books even there, and is on the operator's list then.
    violations: `
      select account_id, owner_kind, owner_token, currency, held_minor, pending_credit_minor from accounts a
        where state = 'closed' and (held_minor <> 0 or pending_credit_minor <> 0) and not ${HAS_LISTED_RECORDS} order by account_id`,
    listed: `
      select account_id, owner_kind, owner_token, currency, held_minor, pending_credit_minor from accounts a
        where state = 'closed' and (held_minor <> 0 or pending_credit_minor <> 0) and ${HAS_LISTED_RECORDS} order by account_id`,
  },
];
