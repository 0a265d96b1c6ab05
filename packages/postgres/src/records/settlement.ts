import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';

/** The counterparts that are settled with a network; disputes are told apart. */
export const SETTLED_BOOKS = ['settlement', 'disputes'] as const;
export type SettledBook = (typeof SETTLED_BOOKS)[number];

/** What was booked for one settlement date, network and currency (money.md *Books*). In the cardholders' view. */
export interface SettlementLine {
  readonly book: SettledBook;
  /** `YYYY-MM-DD`; absent where no record names one. */
  readonly settlementDate?: string;
  readonly network?: string;
  readonly currency: string;
  /** Transactions that come to anything; what was corrected counts as what it came to. */
  readonly transactions: number;
  readonly debitsMinor: bigint;
  readonly creditsMinor: bigint;
  /** Debits less credits: the sum of the book's entries. */
  readonly netMinor: bigint;
}

/**
 * Which dates: one, the newest `last` of those that there are, or all. What names no date belongs to the day, in UTC, on
 * which it was booked.
 */
export type SettlementChoice = { readonly date: string } | { readonly last: number } | { readonly all: true };

/** Newest date first, then what names none. */
export function readSettlement(postgres: Postgres, choice: SettlementChoice): Promise<readonly SettlementLine[]> {
  return postgres.transaction('settlement.read', async (sql) => {
    await sql`set transaction isolation level repeatable read read only`;
    await sql`set local statement_timeout = 0`;
    const period = await periodOf(sql, choice);
    const rows = await sql`
      with moves as (
        select t.settlement_date, t.network, e.currency, e.book, sum(e.amount_minor) as amount_minor
          from ledger_transactions t
          join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id
          where e.book = any (${[...SETTLED_BOOKS]}::text[]) and ${within(sql, period)}
          group by t.settlement_date, t.network, e.currency, e.book,
            coalesce(t.transaction_token, t.account_id || ' ' || t.ledger_transaction_id)
      )
      select settlement_date::text as settlement_date, network, currency, book,
             count(*) filter (where amount_minor <> 0)::integer as transactions,
             coalesce(sum(amount_minor) filter (where amount_minor > 0), 0)::text as debits,
             coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)::text as credits, sum(amount_minor)::text as net
        from moves group by moves.settlement_date, network, currency, book
        order by moves.settlement_date desc nulls last, network nulls last, currency, book`;
    return rows.map(lineOf);
  });
}

/** The sum of all entries of these books, by book and currency: what all lines together must come to. */
export async function sumSettledBooks(
  postgres: Postgres,
): Promise<readonly { readonly book: SettledBook; readonly currency: string; readonly netMinor: bigint }[]> {
  const rows = await postgres.transaction('settlement.books', async (sql) => {
    await sql`set local statement_timeout = 0`;
    return sql`
      select book, currency, sum(amount_minor)::text as net from entries where book = any (${[...SETTLED_BOOKS]}::text[])
        group by 1, 2 order by 1, 2`;
  });
  return rows.map((row) => ({ book: row['book'], currency: row['currency'], netMinor: BigInt(row['net']) }));
}

/** Dates, both inclusive. */
interface Period {
  readonly from: string;
  readonly to: string;
}

async function periodOf(sql: TransactionSql, choice: SettlementChoice): Promise<Period | undefined> {
  if ('all' in choice) return undefined;
  if ('date' in choice) return { from: choice.date, to: choice.date };
  const from = await nthNewestDate(sql, choice.last);
  return from === undefined ? undefined : { from, to: 'infinity' };
}

function within(sql: TransactionSql, period: Period | undefined) {
  if (period === undefined) return sql`true`;
  const { from, to } = period;
  // As text: the driver would make a Date of it, which knows no infinity.
  return sql`(t.settlement_date between ${from}::text::date and ${to}::text::date or (t.settlement_date is null
    and t.booked_at >= ${from}::text::timestamp at time zone 'UTC'
    and t.booked_at < (${to}::text::timestamp + interval '1 day') at time zone 'UTC'))`;
}

/** The oldest of the newest dates; each is found by the index from the one before it. */
async function nthNewestDate(sql: TransactionSql, count: number): Promise<string | undefined> {
  const [row] = await sql`
    with recursive newest (settlement_date, nth) as (
      select (select max(settlement_date) from ledger_transactions where settlement_date is not null), 1
      union all
      select (select max(t.settlement_date) from ledger_transactions t where t.settlement_date < n.settlement_date), n.nth + 1
        from newest n where n.nth < ${count} and n.settlement_date is not null
    )
    select min(settlement_date)::text as first from newest`;
  return (row?.['first'] as string | null) ?? undefined;
}

/** As the driver gives it. */
type Row = Record<string, any>;

function lineOf(row: Row): SettlementLine {
  return {
    book: row['book'],
    ...(row['settlement_date'] === null ? {} : { settlementDate: row['settlement_date'] }),
    ...(row['network'] === null ? {} : { network: row['network'] }),
    currency: row['currency'],
    transactions: row['transactions'],
    debitsMinor: BigInt(row['debits']),
    creditsMinor: BigInt(row['credits']),
    netMinor: BigInt(row['net']),
  };
}
