import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { readHead } from './seal-block.ts';

export interface SealLag {
  /** Decisions, undone ones, bookings and audit records that no block has yet. */
  readonly rows: number;
  /** Age of the oldest decision among them; 0 when there is none. */
  readonly oldestMs: number;
}

/** How far the seal is behind what has been committed. */
export async function readSealLag(sql: Postgres['sql'] | TransactionSql): Promise<SealLag> {
  const { xid, seq } = (await readHead(sql)).outbox;
  const [row] = await sql`
    select (select count(*) from outbox where (xid, seq) > (${xid}::xid8, ${seq}::bigint))
             + (select count(*) from seal_feed) as rows,
           coalesce((select greatest(0, extract(epoch from now() - created_at) * 1000) from outbox
             where (xid, seq) > (${xid}::xid8, ${seq}::bigint) order by xid, seq limit 1), 0) as oldest_ms`;
  return { rows: Number(row?.['rows']), oldestMs: Number(row?.['oldest_ms']) };
}
