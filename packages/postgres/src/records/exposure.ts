import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { AGE_BUCKET, type AGE_BUCKETS, OPEN_APPROVALS } from '../invariants/open-approvals.ts';
import { SUSPENSE_OWNER } from './suspense.ts';

/** Something that there are several of, and what they come to. */
export interface Amounts {
  readonly count: number;
  readonly amountMinor: bigint;
}

/** What stands in one currency on somebody else's word, or on nobody's. */
export interface Exposure {
  readonly currency: string;
  /** Approved in our place (money.md *outcome*): what of it is held now, and what was posted in the period. */
  readonly stoodIn: { readonly open: Amounts; readonly posted: Amounts };
  /** Posted in the period beyond what our gateway had approved, which nobody could refuse (money.md *below zero*). */
  readonly forced: {
    readonly clearedBeyondHold: Amounts;
    readonly clearedWithoutHold: Amounts;
    readonly forcePosts: Amounts;
  };
  /** Open approvals that no record has confirmed (money.md *doubt*), youngest first; ages that have none are left out. */
  readonly unconfirmed: readonly (Amounts & { readonly age: AgeBucket })[];
  readonly negativeAccounts: Amounts & { readonly worst?: WorstAccount };
  /** money.md *nobody's money*. */
  readonly suspense: { readonly postedMinor: bigint; readonly heldMinor: bigint; readonly pendingCreditMinor: bigint };
  /** On the operator's list, open. */
  readonly exceptions: Amounts;
}

export type AgeBucket = (typeof AGE_BUCKETS)[number];

export interface WorstAccount {
  readonly ownerKind: string;
  readonly ownerToken: string;
  readonly availableMinor: bigint;
}

/** As of one moment; of what was posted, that of the last `days`. By currency, in their order. */
export function readExposure(postgres: Postgres, { days }: { readonly days: number }): Promise<readonly Exposure[]> {
  return postgres.transaction('exposure.read', async (sql) => {
    await sql`set transaction isolation level repeatable read read only`;
    await sql`set local statement_timeout = 0`;
    const since = `${days} days`;
    const parts = {
      stoodIn: await readStoodIn(sql, since),
      listed: await readListed(sql, since),
      forcePosts: await readForcePosts(sql, since),
      unconfirmed: await readUnconfirmed(sql),
      negative: await readNegative(sql),
      suspense: await sql`
        select currency, posted_minor, held_minor, pending_credit_minor from accounts
          where owner_kind = ${SUSPENSE_OWNER.kind} and owner_token = ${SUSPENSE_OWNER.token}`,
    };
    const currencies = new Set(Object.values(parts).flatMap((rows) => rows.map((row) => row['currency'] as string)));
    return [...currencies].toSorted().map((currency) => exposureOf(currency, parts));
  });
}

/** A chain's stand-ins are held as far as anything of it is, and posted as far as anything was. */
async function readStoodIn(sql: TransactionSql, since: string): Promise<readonly Row[]> {
  return sql`
    with stood as (
      select chain_token, currency, sum(amount_minor) as amount_minor, max(received_at) as received_at from records
        where stand_in and outcome = 'approved' and effect in ('hold', 'single', 'increment', 'advice') group by 1, 2
    ), each as (
      select s.currency, s.received_at, s.amount_minor,
             least(s.amount_minor, (select coalesce(sum(h.amount_minor), 0) from holds h join accounts a on a.account_id = h.account_id
               where h.chain_token = s.chain_token and a.currency = s.currency)) as held_minor,
             least(s.amount_minor, (select coalesce(-sum(e.amount_minor), 0) from (select distinct transaction_token from records r
                 where r.chain_token = s.chain_token and r.currency = s.currency) r
               join ledger_transactions t on t.transaction_token = r.transaction_token
               join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id
                 and e.book = 'account' and e.currency = s.currency
               where t.booked_at >= now() - ${since}::interval)) as posted_minor
        from stood s
    )
    select currency, count(*) filter (where held_minor > 0)::integer as open_count,
           coalesce(sum(held_minor) filter (where held_minor > 0), 0)::text as open_minor,
           count(*) filter (where posted_minor > 0)::integer as posted_count,
           coalesce(sum(posted_minor) filter (where posted_minor > 0), 0)::text as posted_minor
      from each group by currency`;
}

async function readListed(sql: TransactionSql, since: string): Promise<readonly Row[]> {
  return sql`
    select currency, reason, count(*)::integer as count, sum(amount_minor)::text as amount_minor,
           count(*) filter (where state = 'open')::integer as open_count,
           coalesce(sum(amount_minor) filter (where state = 'open'), 0)::text as open_minor,
           count(*) filter (where state <> 'explained' and raised_at >= now() - ${since}::interval)::integer as lately_count,
           coalesce(sum(amount_minor) filter (where state <> 'explained' and raised_at >= now() - ${since}::interval), 0)::text as lately_minor
      from record_exceptions group by currency, reason`;
}

/** A clearing that names nobody and that nobody had approved: its chain is its own. */
async function readForcePosts(sql: TransactionSql, since: string): Promise<readonly Row[]> {
  return sql`
    select r.currency, count(distinct r.transaction_token)::integer as count, coalesce(sum(e.amount_minor), 0)::text as amount_minor
      from (select distinct transaction_token, chain_token, currency from records
              where received_at >= now() - ${since}::interval and effect = 'clearing' and outcome = 'approved'
                and chain_token = transaction_token) r
      join ledger_transactions t on t.transaction_token = r.transaction_token
      join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id
        and e.book = 'settlement' and e.currency = r.currency
      where not exists (select from decisions d where d.transaction_token = r.transaction_token and d.approved)
        and not exists (select from records o where o.chain_token = r.chain_token and o.currency = r.currency
          and o.effect in ('hold', 'single') and o.outcome = 'approved')
      group by r.currency having sum(e.amount_minor) <> 0`;
}

async function readUnconfirmed(sql: TransactionSql): Promise<readonly Row[]> {
  return sql`
    select currency, age, count(*)::integer as count, sum(amount_minor)::text as amount_minor
      from (select o.*, ${sql.unsafe(AGE_BUCKET)} as age from (${sql.unsafe(OPEN_APPROVALS)}) o) o
      group by currency, age order by age`;
}

async function readNegative(sql: TransactionSql): Promise<readonly Row[]> {
  return sql`
    select distinct on (currency) currency, owner_kind, owner_token, available_minor,
           count(*) over (partition by currency)::integer as count, (sum(available_minor) over (partition by currency))::text as amount_minor
      from (select *, posted_minor - held_minor + credit_line_minor as available_minor from accounts) a
      where available_minor < 0 and owner_kind <> ${SUSPENSE_OWNER.kind} order by currency, available_minor, account_id`;
}

/** As the driver gives it. */
type Row = Record<string, any>;

type Parts = Readonly<
  Record<'stoodIn' | 'listed' | 'forcePosts' | 'unconfirmed' | 'negative' | 'suspense', readonly Row[]>
>;

function exposureOf(currency: string, parts: Parts): Exposure {
  const of = (part: keyof Parts): Row[] => parts[part].filter((row) => row['currency'] === currency);
  const [stoodIn, negative, suspense] = [of('stoodIn')[0], of('negative')[0], of('suspense')[0]];
  const lately = (reason: string): Amounts =>
    sumOf(
      of('listed').filter((row) => row['reason'] === reason),
      'lately_',
    );
  return {
    currency,
    stoodIn: { open: amountsOf(stoodIn, 'open_'), posted: amountsOf(stoodIn, 'posted_') },
    forced: {
      clearedBeyondHold: lately('cleared_beyond_hold'),
      clearedWithoutHold: lately('cleared_without_hold'),
      forcePosts: amountsOf(of('forcePosts')[0]),
    },
    unconfirmed: of('unconfirmed').map((row) => ({ age: row['age'], ...amountsOf(row) })),
    negativeAccounts: {
      ...amountsOf(negative),
      ...(negative === undefined ? {} : { worst: worstOf(negative) }),
    },
    suspense: {
      postedMinor: BigInt(suspense?.['posted_minor'] ?? 0),
      heldMinor: BigInt(suspense?.['held_minor'] ?? 0),
      pendingCreditMinor: BigInt(suspense?.['pending_credit_minor'] ?? 0),
    },
    exceptions: sumOf(of('listed'), 'open_'),
  };
}

function amountsOf(row: Row | undefined, prefix = ''): Amounts {
  const amount = row?.[prefix === '' ? 'amount_minor' : `${prefix}minor`] as string | undefined;
  return { count: (row?.[`${prefix}count`] as number | undefined) ?? 0, amountMinor: BigInt(amount ?? 0) };
}

function sumOf(rows: readonly Row[], prefix: string): Amounts {
  return rows
    .map((row) => amountsOf(row, prefix))
    .reduce((sum, each) => ({ count: sum.count + each.count, amountMinor: sum.amountMinor + each.amountMinor }), {
      count: 0,
      amountMinor: 0n,
    });
}

function worstOf(row: Row): WorstAccount {
  return {
    ownerKind: row['owner_kind'],
    ownerToken: row['owner_token'],
    availableMinor: BigInt(row['available_minor']),
  };
}
