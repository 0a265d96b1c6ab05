import type { LedgerQuery } from './ledger-query.ts';
import { AGE_BUCKET, OPEN_APPROVALS } from './open-approvals.ts';

/** What gives back, takes or closes: an approval whose chain has one is not open any more without anybody's doing. */
const ENDS = `('release', 'clearing', 'expiry', 'advice', 'single_reversal', 'single', 'credit', 'credit_reversal',
  'expected_credit_advice', 'expected_credit_reversal')`;

/** money.md *doubt*. */
export const APPROVAL_INVARIANTS: readonly LedgerQuery[] = [
  {
    name: 'approvals_are_confirmed_released_or_open',
    rule: 'doubt',
    // Sets that are joined once: looked at for each approval, they would take hours in a ledger of millions.
    violations: `
      with accounted as (
        select chain_token, currency from refolds
        union
        -- at whichever account: an operator may have moved its chain
        select h.chain_token, a.currency from holds h join accounts a on a.account_id = h.account_id where h.amount_minor > 0
        union
        select chain_token, currency from records where outcome = 'approved' and effect in ${ENDS}
      ), links as materialized (
        select distinct l.link from chain_links l join accounted c on c.chain_token = l.chain_token and c.currency = l.currency
      )
      select d.account_id, d.transaction_token, d.effect, d.amount_minor, d.currency, d.decided_at from decisions d
        where d.approved and d.effect <> 'none' and not d.confirmed and d.amount_minor > 0
          and not exists (select from holds h
            where h.account_id = d.account_id and h.chain_token = d.chain_token and h.amount_minor > 0)
          and not exists (select from expected_credits c where c.transaction_token = d.transaction_token and c.amount_minor > 0)
          and not exists (select from links l where l.link = 't:' || d.currency || ':' || d.transaction_token)
          and not exists (select from links l where l.link = 't:' || d.currency || ':' || d.chain_token)
        order by d.decision_id`,
    listed: `
      select age, currency, count(*)::integer as approvals, sum(amount_minor) as amount_minor,
             (array_agg(transaction_token order by decided_at))[1] as oldest_transaction_token, min(decided_at) as oldest_at
        from (select o.*, ${AGE_BUCKET} as age from (${OPEN_APPROVALS}) o) o
        where decided_at < now() - interval '1 minute'
        group by age, currency order by age desc, currency`,
  },
];
