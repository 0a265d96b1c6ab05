import type { LedgerQuery } from './ledger-query.ts';

/** A commit has touched them since they were folded: what they come to now is written when their turn comes. */
const WAITS = `exists (select from refolds f where f.chain_token = c.chain_token and f.currency = c.currency)`;

/** The ledger's keys of what records book (records/write-money.ts). */
const BY_RECORD = `t.idempotency_key like 'record %'`;

/** Records, chains, and what they booked (money.md *chains are folds*). */
export const RECORD_INVARIANTS: readonly LedgerQuery[] = [
  {
    name: 'records_and_chains_belong_together',
    rule: 'chains are folds',
    violations: `
      select 'record' as kind, r.transaction_token as token, r.chain_token, r.currency from records r
        where not exists (select from chains c where c.chain_token = r.chain_token and c.currency = r.currency)
      union all
      select 'link', l.link, l.chain_token, l.currency from chain_links l
        where not exists (select from chains c where c.chain_token = l.chain_token and c.currency = l.currency)
      union all
      select 'exception', e.transaction_token, e.chain_token, e.currency from record_exceptions e
        where not exists (select from chains c where c.chain_token = e.chain_token and c.currency = e.currency)
      union all
      select 'chain without records', c.chain_token, c.chain_token, c.currency from chains c
        where not exists (select from records r where r.chain_token = c.chain_token and r.currency = c.currency)
      order by 1, 2`,
  },
  {
    name: 'bookings_have_their_record',
    rule: 'Books',
    violations: `
      select t.account_id, t.ledger_transaction_id, t.kind, t.transaction_token, t.booked_at from ledger_transactions t
        where ${BY_RECORD} and not exists (select from records r where r.transaction_token = t.transaction_token)
        order by t.account_id, t.ledger_transaction_id`,
  },
  {
    name: 'chains_book_to_their_account',
    rule: 'chain home',
    violations: `
      select 'held elsewhere' as kind, h.account_id, c.account_id as chain_account_id, c.chain_token, c.currency, h.amount_minor
        from chains c join holds h on h.chain_token = c.chain_token and h.amount_minor > 0
        join accounts a on a.account_id = h.account_id and a.currency = c.currency
        where h.account_id <> c.account_id and not ${WAITS}
      union all
      select 'held and closed', h.account_id, c.account_id, c.chain_token, c.currency, h.amount_minor
        from chains c join holds h on h.account_id = c.account_id and h.chain_token = c.chain_token and h.amount_minor > 0
        where c.closed and not ${WAITS}
      union all
      select 'booked elsewhere', t.account_id, c.account_id, c.chain_token, c.currency, sum(e.amount_minor)
        from (select distinct transaction_token, chain_token, currency from records) r
        join chains c on c.chain_token = r.chain_token and c.currency = r.currency
        join ledger_transactions t on t.transaction_token = r.transaction_token and ${BY_RECORD} and t.account_id <> c.account_id
        join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id
          and e.book = 'account' and e.currency = r.currency
        where not ${WAITS}
        group by t.account_id, c.account_id, c.chain_token, c.currency having sum(e.amount_minor) <> 0
      order by 1, 2, 4`,
    listed: `
      select 'waits to be folded' as kind, chain_token, currency, requested_at from refolds
        where requested_at < now() - interval '1 minute' order by requested_at`,
  },
  {
    // By the amount that the case's credits name: the clearing that is disputed may be older than this ledger.
    name: 'dispute_credits_stay_within_their_case',
    rule: 'disputes',
    violations: `
      with cases as (
        select chain_token, currency, coalesce(content::json #>> '{dispute,caseToken}', '') as case_token, transaction_token,
               max(amount_minor) filter (where effect <> 'dispute_take_back') as disputed_minor
          from records where effect like 'dispute%' and outcome = 'approved' group by 1, 2, 3, 4
      ), booked as (
        select t.transaction_token, e.currency, -sum(e.amount_minor) as credited_minor
          from entries e join ledger_transactions t on t.account_id = e.account_id and t.ledger_transaction_id = e.ledger_transaction_id
          where e.book = 'disputes' and ${BY_RECORD} group by 1, 2
      )
      select c.chain_token, c.case_token, c.currency, sum(b.credited_minor) as credited_minor,
             coalesce(max(c.disputed_minor), 0) as disputed_minor
        from cases c join booked b on b.transaction_token = c.transaction_token and b.currency = c.currency
        group by 1, 2, 3
        having sum(b.credited_minor) < 0 or sum(b.credited_minor) > coalesce(max(c.disputed_minor), 0) order by 1, 2`,
  },
];
