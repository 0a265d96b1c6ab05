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

/** Ages that each ask for another kind of attention; they sort as text. */
export const AGE_BUCKETS = [
  '1: under a minute',
  '2: under 10 minutes',
  '3: under an hour',
  '4: under a day',
  '5: a day or more',
] as const;

const [MINUTE, TEN_MINUTES, HOUR, DAY, OLDER] = AGE_BUCKETS;

/** The age of `decided_at`. */
export const AGE_BUCKET = `
  case when now() - decided_at < interval '1 minute' then '${MINUTE}'
       when now() - decided_at < interval '10 minutes' then '${TEN_MINUTES}'
       when now() - decided_at < interval '1 hour' then '${HOUR}'
       when now() - decided_at < interval '1 day' then '${DAY}' else '${OLDER}' end`;
