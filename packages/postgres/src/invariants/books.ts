import type { LedgerQuery } from './ledger-query.ts';

/** Booked money adds up (money.md *Books*). */
export const BOOK_INVARIANTS: readonly LedgerQuery[] = [
  {
    name: 'ledger_transactions_balance',
    rule: 'Books',
    violations: `
      select t.account_id, t.ledger_transaction_id, t.kind, e.currency, coalesce(e.amount_minor, 0) as entries_minor,
             coalesce(e.entries, 0) as entries
        from ledger_transactions t left join (
          select account_id, ledger_transaction_id, currency, sum(amount_minor) as amount_minor, count(*) as entries
            from entries group by account_id, ledger_transaction_id, currency) e
          on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id
        where e.entries is null or e.entries < 2 or e.amount_minor <> 0
        order by t.account_id, t.ledger_transaction_id`,
  },
  {
    name: 'entries_balance_in_total',
    rule: 'Books',
    violations: `
      select currency, sum(amount_minor) as amount_minor from entries group by currency having sum(amount_minor) <> 0 order by currency`,
  },
  {
    name: 'entries_belong_to_a_ledger_transaction',
    rule: 'Books',
    violations: `
      select e.account_id, e.ledger_transaction_id, e.entry_number, e.book, e.amount_minor, e.currency from entries e
        where not exists (select from ledger_transactions t
          where t.account_id = e.account_id and t.ledger_transaction_id = e.ledger_transaction_id)
        order by e.account_id, e.ledger_transaction_id, e.entry_number`,
  },
  {
    name: 'posted_equals_entries',
    rule: 'Books',
    violations: `
      select account_id, a.currency, coalesce(a.posted_minor, 0) as posted_minor, coalesce(e.amount_minor, 0) as entries_minor
        from accounts a full join (
          select account_id, currency, sum(amount_minor) as amount_minor from entries where book = 'account' group by account_id, currency) e
          using (account_id)
        where coalesce(a.posted_minor, 0) <> coalesce(e.amount_minor, 0) or a.currency is distinct from coalesce(e.currency, a.currency)
        order by account_id`,
  },
];
