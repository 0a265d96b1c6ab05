import type { TransactionRecord } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { CountedLimit } from './chain-books.ts';

/** Whose limits count where no decision of ours says which (money.md *Counters*, *taken beyond the limit*). */
export interface WantedLimits {
  /** The chain's first record, and the account that it books to. */
  readonly first: TransactionRecord;
  readonly accountId: string;
  /** What they were when the chain was first counted; they are looked up where nobody has. */
  readonly limitIds: readonly number[] | undefined;
}

/** The limits of each, in the same order; one that wants none gets none. All of them are read at once. */
export async function readLimits(
  sql: TransactionSql,
  wanted: readonly (WantedLimits | undefined)[],
): Promise<readonly (readonly CountedLimit[])[]> {
  const known = new Set(wanted.flatMap((each) => each?.limitIds ?? []));
  const subjects = wanted.flatMap((each, nth) => (each?.limitIds === undefined ? subjectsOf(each, nth) : []));
  const [windows, found] = await Promise.all([readWindows(sql, [...known]), findLimits(sql, subjects)]);
  return wanted.map((each, nth) => {
    if (each?.limitIds === undefined) return found.get(nth) ?? [];
    return each.limitIds.flatMap((limitId) => windows.get(limitId) ?? []);
  });
}

interface Subject {
  readonly nth: number;
  readonly kind: string;
  readonly token: string;
  readonly currency: string;
}

function subjectsOf(wanted: WantedLimits | undefined, nth: number): Subject[] {
  if (wanted === undefined) return [];
  const { owner, actingUserToken, cardToken, currency } = wanted.first;
  const subjects: Subject[] = [{ nth, kind: 'account', token: wanted.accountId, currency }];
  if (owner !== undefined) subjects.push({ nth, kind: owner.kind, token: owner.token, currency });
  if (actingUserToken !== undefined) subjects.push({ nth, kind: 'user', token: actingUserToken, currency });
  if (cardToken !== undefined) subjects.push({ nth, kind: 'card', token: cardToken, currency });
  return subjects;
}

async function findLimits(
  sql: TransactionSql,
  subjects: readonly Subject[],
): Promise<ReadonlyMap<number, readonly CountedLimit[]>> {
  if (subjects.length === 0) return new Map();
  const rows = await sql<{ nth: number; limit_id: number; limit_window: CountedLimit['window'] }[]>`
    select distinct s.nth, l.limit_id, l.limit_window
      from unnest(${subjects.map(({ nth }) => nth)}::integer[], ${subjects.map(({ kind }) => kind)}::text[],
                  ${subjects.map(({ token }) => token)}::text[], ${subjects.map(({ currency }) => currency)}::text[])
             as s (nth, kind, token, currency)
      join limits l on l.subject_kind = s.kind and l.subject_token = s.token and l.currency = s.currency
      where l.limit_window <> 'transaction' order by s.nth, l.limit_id`;
  const limits = Map.groupBy(rows, ({ nth }) => nth);
  return new Map([...limits].map(([nth, own]) => [nth, own.map(limitOf)]));
}

/** By id; those that were lifted since count nothing any more. */
async function readWindows(
  sql: TransactionSql,
  limitIds: readonly number[],
): Promise<ReadonlyMap<number, CountedLimit>> {
  if (limitIds.length === 0) return new Map();
  const rows = await sql<{ limit_id: number; limit_window: CountedLimit['window'] }[]>`
    select limit_id, limit_window from limits
      where limit_id = any (${limitIds as number[]}::integer[]) and limit_window <> 'transaction'`;
  return new Map(rows.map((row) => [row.limit_id, limitOf(row)]));
}

function limitOf(row: { readonly limit_id: number; readonly limit_window: CountedLimit['window'] }): CountedLimit {
  return { limitId: row.limit_id, window: row.limit_window };
}
