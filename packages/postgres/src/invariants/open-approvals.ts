/**
 * Approvals that set something aside and that no record has confirmed yet, in the currency of their account. Found from
 * what is open, which is little, and not from all decisions, which are many. A chain is named by what records know of it:
 * its members are what its transaction links lead to.
 */
export const OPEN_APPROVALS = `
  select d.account_id, d.transaction_token, d.currency, d.amount_minor, d.decided_at, h.chain_token, h.amount_minor as held_minor
    from holds h join accounts a on a.account_id = h.account_id
    cross join lateral (
      select * from decisions k where k.transaction_token = h.chain_token
      union
      select * from decisions k where k.chain_token = h.chain_token and k.chain_token <> k.transaction_token
      union
      select k.* from chain_links l
        join decisions k on k.transaction_token = substr(l.link, length('t::' || l.currency) + 1)
        where l.chain_token = h.chain_token and l.currency = a.currency and l.link like 't:%'
    ) d
    where h.amount_minor > 0 and d.currency = a.currency and d.approved and d.effect = 'hold' and not d.confirmed
  union all
  select d.account_id, d.transaction_token, d.currency, d.amount_minor, d.decided_at, d.chain_token, c.amount_minor
    from expected_credits c join decisions d on d.transaction_token = c.transaction_token
    where c.amount_minor > 0 and d.approved and d.effect = 'expected_credit' and not d.confirmed`;

/** The age of `decided_at`, in steps that each ask for another kind of attention; sorts as text. */
export const AGE_BUCKET = `
  case when now() - decided_at < interval '1 minute' then '1: under a minute'
       when now() - decided_at < interval '10 minutes' then '2: under 10 minutes'
       when now() - decided_at < interval '1 hour' then '3: under an hour'
       when now() - decided_at < interval '1 day' then '4: under a day' else '5: a day or more' end`;
