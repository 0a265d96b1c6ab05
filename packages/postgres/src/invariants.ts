import type { TransactionSql } from 'postgres';
import type { Postgres } from './connect.ts';

/** One thing that must hold at any moment, and the rows for which it does not. */
export interface Invariant {
  readonly name: string;
  /** The rule of money.md that it is about. */
  readonly rule: string;
  readonly ok: boolean;
  readonly violationCount: number;
  /** The first 20. */
  readonly violations: readonly Row[];
  /** What is no violation and still worth a look, the first 20: accounts below zero, each with its cause. */
  readonly listed: readonly Row[];
}

type Row = Readonly<Record<string, unknown>>;

interface Query {
  readonly name: string;
  readonly rule: string;
  /** Gives one row per violation, with what a person needs to find it. */
  readonly violations: string;
  readonly listed?: string;
}

const SHOWN = 20;

const NEGATIVE_COLUMNS = 'account_id, owner_kind, owner_token, currency, available_minor';

const NEGATIVE_ACCOUNTS = `
  select a.*, a.posted_minor - a.held_minor + a.credit_line_minor as available_minor, case
      when exists (select from ledger_transactions t where t.account_id = a.account_id and t.kind = 'operator_debit_forced')
        then 'forced debit'
      when exists (select from decisions d join holds h on h.account_id = d.account_id and h.chain_token = d.chain_token
          where d.account_id = a.account_id and d.method = 'imported' and h.amount_minor > 0)
        then 'imported authorization'
      when exists (select from audit_records r where r.verb = 'set_credit_line' and r.detail @> '{"forced": true}'
          and r.subject = 'account:' || a.owner_kind || ':' || a.owner_token || ':' || a.currency)
        then 'credit line lowered by force' end as cause
    from accounts a where a.posted_minor - a.held_minor + a.credit_line_minor < 0`;

const INVARIANTS: readonly Query[] = [
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
    // What a limit that was lifted since had counted is of no consequence.
    name: 'counters_equal_what_decisions_took',
    rule: 'Counters',
    violations: `
      with taken as (
        select d.account_id, l.limit_id, date_trunc(l.limit_window, d.counted_at at time zone 'UTC')::date as window_start,
               sum(d.amount_minor) as amount_minor, count(*) filter (where d.kind <> 'increment') as count
          from decisions d cross join lateral unnest(d.limit_ids) as took (limit_id) join limits l on l.limit_id = took.limit_id
          where d.approved and d.effect = 'hold' group by 1, 2, 3
      ), counted as (
        select k.* from counters k join limits l on l.limit_id = k.limit_id
      )
      select account_id, limit_id, window_start, coalesce(k.amount_minor, 0) as counter_minor, coalesce(t.amount_minor, 0) as taken_minor,
             coalesce(k.count, 0) as counter_count, coalesce(t.count, 0) as taken_count
        from counted k full join taken t using (account_id, limit_id, window_start)
        where (coalesce(k.amount_minor, 0), coalesce(k.count, 0)) <> (coalesce(t.amount_minor, 0), coalesce(t.count, 0))
        order by account_id, limit_id, window_start`,
  },
  {
    // The relay removes what it has published, oldest first: what is older than all that is left may have been removed.
    // It goes by transaction and we go by time, which differ by as long as a transaction may last: hence the minute.
    name: 'decisions_have_their_outbox_row',
    rule: 'architecture.md section 5',
    violations: `
      with pruned as (
        select coalesce((select min(created_at) from outbox), max(moved_at)) as until from relay_cursors
      )
      select d.account_id, d.decision_id, d.transaction_token, d.approved, d.decided_at from decisions d cross join pruned p
        where (p.until is null or d.decided_at >= p.until + interval '1 minute' or not exists (select from relay_cursors))
          and not exists (select from outbox o where o.account_id = d.account_id and o.decision_id = d.decision_id)
        order by d.decision_id`,
  },
  {
    name: 'outbox_rows_have_their_decision',
    rule: 'architecture.md section 5',
    violations: `
      select o.xid::text as xid, o.seq, o.account_id, o.decision_id from outbox o
        where not exists (select from decisions d where d.account_id = o.account_id and d.decision_id = o.decision_id)
        order by o.xid, o.seq`,
  },
  {
    name: 'tokens_are_stored_once',
    rule: 'two keys',
    violations: `
      select 'message_token' as key, message_token as token, count(*) as times from decisions group by message_token having count(*) > 1
      union all
      select 'transaction_token', transaction_token, count(*) from decisions group by transaction_token having count(*) > 1
      order by 1, 2`,
  },
  {
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
      union all
      select 'expected_credit', c.account_id, c.transaction_token, 'its decision is a decline', c.amount_minor from expected_credits c
        join decisions d on d.transaction_token = c.transaction_token and not d.approved
      order by 1, 2, 3`,
  },
  {
    name: 'negative_accounts_have_a_cause',
    rule: 'below zero',
    violations: `select ${NEGATIVE_COLUMNS} from (${NEGATIVE_ACCOUNTS}) n where cause is null order by account_id`,
    listed: `select ${NEGATIVE_COLUMNS}, cause from (${NEGATIVE_ACCOUNTS}) n where cause is not null order by account_id`,
  },
  {
    name: 'closed_accounts_hold_nothing',
    rule: 'account states',
    violations: `
      select account_id, owner_kind, owner_token, currency, held_minor, pending_credit_minor from accounts
        where state = 'closed' and (held_minor <> 0 or pending_credit_minor <> 0) order by account_id`,
  },
];

/** Checks every invariant on one snapshot of a running system; it only reads. */
export function verifyLedger(postgres: Postgres): Promise<readonly Invariant[]> {
  return postgres.transaction('invariants.verify', async (sql) => {
    await sql`set transaction isolation level repeatable read read only`;
    await sql`set local statement_timeout = 0`;
    const results: Invariant[] = [];
    for (const query of INVARIANTS) results.push(await check(sql, query));
    return results;
  });
}

async function check(sql: TransactionSql, { name, rule, violations, listed }: Query): Promise<Invariant> {
  const found = await sample(sql, violations);
  const shown = listed === undefined ? [] : (await sample(sql, listed)).rows;
  return { name, rule, ok: found.total === 0, violationCount: found.total, violations: found.rows, listed: shown };
}

async function sample(sql: TransactionSql, query: string): Promise<{ total: number; rows: readonly Row[] }> {
  const [found] = await sql.unsafe(`
    with v as materialized (${query})
    select (select count(*)::integer from v) as total, array(select to_jsonb(s) from (select * from v limit ${SHOWN}) s) as rows`);
  return { total: found?.['total'], rows: found?.['rows'] };
}
