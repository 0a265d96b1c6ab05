import type { ChainDecision, OwnerRef } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import { OPEN_APPROVALS } from '../invariants/open-approvals.ts';
import { effectOf } from './read-books.ts';

/** An approval of ours that holds or promises money and that no record has spoken of (money.md *doubt*). */
export interface UnconfirmedApproval {
  readonly transactionToken: string;
  readonly messageToken: string;
  /** Its own token unless it follows another transaction. */
  readonly chainToken: string;
  readonly effect: ChainDecision['effect'];
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly owner?: OwnerRef;
  readonly cardToken?: string;
  /** Milliseconds since the epoch, as the decision has them. */
  readonly createdAtMs: number;
  readonly countedAtMs: number;
  /** Milliseconds since we decided. */
  readonly ageMs: number;
}

/** By how long ago we decided. */
export const UNCONFIRMED_AGES = ['under_1h', 'under_4h', 'under_1d', 'over_1d'] as const;
export type UnconfirmedAge = (typeof UNCONFIRMED_AGES)[number];

export interface Unconfirmed {
  readonly counts: Readonly<Record<UnconfirmedAge, number>>;
  /** Of the oldest; 0 when there is none. */
  readonly oldestAgeMs: number;
  /** Those to ask about now, oldest first. */
  readonly due: readonly UnconfirmedApproval[];
  /** A transaction that the platform told us of long ago, so that it must know it; absent when none is open. */
  readonly known?: string;
}

export interface UnconfirmedQuery {
  /** Younger approvals are not counted: their record is on its way. */
  readonly olderThanMs: number;
  readonly dueMax: number;
  /** How long ago the platform must have told us of a transaction to be `known`. */
  readonly knownForMs: number;
}

/**
 * What is open and not confirmed. What is open is little and read whole, and the decisions behind it by their keys, so that
 * the hot path pays no index for this.
 * @param postgres a pool with `BY_KEY_SESSION`, or the planner may read all decisions there ever were
 */
export function readUnconfirmed(postgres: Postgres, query: UnconfirmedQuery): Promise<Unconfirmed> {
  const { olderThanMs, dueMax, knownForMs } = query;
  return postgres.query('unconfirmed.read', async (sql) => {
    const [summary] = await sql`
      with aged as materialized (
        select o.transaction_token, o.decided_at, now() - o.decided_at as age from (${sql.unsafe(OPEN_APPROVALS)}) o
          where o.decided_at < now() - ${milliseconds(olderThanMs)}::interval
      )
      select
        count(*) filter (where age < '1 hour')::integer as under_1h,
        count(*) filter (where age >= '1 hour' and age < '4 hours')::integer as under_4h,
        count(*) filter (where age >= '4 hours' and age < '1 day')::integer as under_1d,
        count(*) filter (where age >= '1 day')::integer as over_1d,
        coalesce(extract(epoch from max(age)) * 1000, 0)::float8 as oldest_ms,
        array(
          select a.transaction_token from aged a left join lookups l on l.transaction_token = a.transaction_token
            -- A token that was too strange to store is stored as its digest: the platform does not know it by that.
            where a.transaction_token not like 'sha256:%' and (l.next_at is null or l.next_at <= now())
            order by a.decided_at, a.transaction_token limit ${dueMax}) as due,
        (select d.transaction_token from holds h join decisions d on d.transaction_token = h.chain_token
          where d.platform_outcome = 'approved' and d.decided_at < now() - ${milliseconds(knownForMs)}::interval limit 1) as known
        from aged`;
    const due = await sql`
      select d.transaction_token, d.message_token, d.chain_token, d.effect, d.kind, d.amount_minor, d.currency, d.owner_kind, d.owner_token,
             d.card_token, coalesce(d.created_at, d.counted_at) as created_at, d.counted_at,
             (extract(epoch from now() - d.decided_at) * 1000)::float8 as age_ms
        from decisions d where d.transaction_token = any (${summary?.['due'] as string[]}::text[])
        order by d.decided_at, d.transaction_token`;
    return {
      counts: Object.fromEntries(UNCONFIRMED_AGES.map((age) => [age, summary?.[age]])) as Unconfirmed['counts'],
      oldestAgeMs: Math.round(summary?.['oldest_ms'] as number),
      due: due.map(approvalOf),
      ...(summary?.['known'] == null ? {} : { known: summary['known'] as string }),
    };
  });
}

function approvalOf(row: Record<string, any>): UnconfirmedApproval {
  return {
    transactionToken: row['transaction_token'],
    messageToken: row['message_token'],
    chainToken: row['chain_token'],
    effect: effectOf(row['effect'], row['kind']),
    amountMinor: BigInt(row['amount_minor']),
    currency: row['currency'],
    ...(row['owner_token'] === null ? {} : { owner: { kind: row['owner_kind'], token: row['owner_token'] } }),
    ...(row['card_token'] === null ? {} : { cardToken: row['card_token'] }),
    createdAtMs: (row['created_at'] as Date).getTime(),
    countedAtMs: (row['counted_at'] as Date).getTime(),
    ageMs: Math.round(row['age_ms']),
  };
}

function milliseconds(ms: number): string {
  return `${ms} milliseconds`;
}
