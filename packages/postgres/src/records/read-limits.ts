import type { TransactionRecord } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { CountedLimit } from './chain-books.ts';

/** Limits that a chain counts against where no decision of ours says which (money.md *Counters*, *taken beyond the limit*). */
export async function readLimits(
  sql: TransactionSql,
  first: TransactionRecord,
  accountId: string,
): Promise<readonly CountedLimit[]> {
  const { owner, actingUserToken, cardToken, currency } = first;
  const subjects: [string, string][] = [['account', accountId]];
  if (owner !== undefined) subjects.push([owner.kind, owner.token]);
  if (actingUserToken !== undefined) subjects.push(['user', actingUserToken]);
  if (cardToken !== undefined) subjects.push(['card', cardToken]);
  const rows = await sql`
    select distinct l.limit_id, l.limit_window
      from unnest(${subjects.map(([kind]) => kind)}::text[], ${subjects.map(([, token]) => token)}::text[]) as s (kind, token)
      join limits l on l.subject_kind = s.kind and l.subject_token = s.token
      where l.currency = ${currency} and l.limit_window <> 'transaction' order by l.limit_id`;
  return rows.map((row) => ({ limitId: row['limit_id'] as number, window: row['limit_window'] as 'day' | 'month' }));
}

/** The windows of limits named by id; those that were lifted since count nothing any more. */
export async function readLimitWindows(
  sql: TransactionSql,
  limitIds: readonly number[],
): Promise<readonly CountedLimit[]> {
  const rows = await sql`
    select limit_id, limit_window from limits where limit_id = any (${limitIds as number[]}::integer[])
      and limit_window <> 'transaction' order by limit_id`;
  return rows.map((row) => ({ limitId: row['limit_id'] as number, window: row['limit_window'] as 'day' | 'month' }));
}
