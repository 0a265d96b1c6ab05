import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { OUTBOX_START, type OutboxPosition } from '../outbox.ts';
import {
  type Block,
  bodyOf,
  FIRST_PREVIOUS,
  hashOf,
  keyIdOf,
  type LineKind,
  macOf,
  MISSING,
  readBody,
  type SealLine,
} from './block.ts';
import { readSealedRows, type RowKey, SEALED_KINDS, type SealedKind } from './sealed-rows.ts';

export interface SealOptions {
  /** Never leaves the process; blocks carry what it makes of their hash. */
  readonly key?: string | undefined;
  /** Rows of one block at most, of the outbox and of the feed each. Default 1000. */
  readonly rowsMax?: number;
}

export interface Head {
  readonly block: number;
  readonly hash: string;
  readonly outbox: OutboxPosition;
  readonly history: Block['history'];
  readonly sealedAt: Date | undefined;
}

/** Before the first block. */
const NO_HEAD: Head = { block: 0, hash: FIRST_PREVIOUS, outbox: OUTBOX_START, history: 'open', sealedAt: undefined };

/** One sealer at a time; any constant will do. */
const SEAL_LOCK = 5_170_233_946;

const ROWS_MAX = 1000;

/** Waits for whoever seals, and reads where the chain ends. To be called first in a transaction that appends. */
export async function lockHead(sql: TransactionSql): Promise<Head> {
  await sql`select pg_advisory_xact_lock(${SEAL_LOCK})`;
  // The sweeper's other work may come back after a crash; a head that somebody wrote down may not change.
  await sql`set local synchronous_commit = on`;
  return readHead(sql);
}

export async function readHead(sql: Postgres['sql'] | TransactionSql): Promise<Head> {
  const [row] = await sql`
    select block::text as block, encode(hash, 'hex') as hash, xid::text as xid, seq::text as seq, sealed_at, body
      from seal_blocks b order by b.block desc limit 1`;
  if (row === undefined) return NO_HEAD;
  return {
    block: Number(row['block']),
    hash: row['hash'],
    outbox: { xid: row['xid'], seq: row['seq'] },
    history: readBody(row['body'])?.history ?? 'open',
    sealedAt: row['sealed_at'],
  };
}

/** Seals what has been committed since the last block; returns its rows, or 0 when there was nothing to seal. */
export function sealBlock(postgres: Postgres, options: SealOptions = {}): Promise<number> {
  const { rowsMax = ROWS_MAX } = options;
  return postgres.transaction('seal.block', async (sql) => {
    const head = await lockHead(sql);
    const told = await readOutboxEvents(sql, head.outbox, rowsMax);
    const fed = await takeFeed(sql, rowsMax);
    if (told.length === 0 && fed.length === 0) return 0;
    const lines = [...(await sealLines(sql, told)), ...(await sealLines(sql, fed))];
    await appendBlock(
      sql,
      head,
      { lines, outbox: told.at(-1)?.position ?? head.outbox, history: head.history },
      options,
    );
    return lines.length;
  });
}

interface SealEvent extends RowKey {
  readonly kind: LineKind;
}

/** What was decided or undone after `after`, in the order of commits, as the relay reads it (outbox.ts). */
async function readOutboxEvents(sql: TransactionSql, after: OutboxPosition, limit: number) {
  const rows = await sql`
    select o.xid::text as xid, o.seq::text as seq, o.account_id::text as account_id, o.decision_id::text as decision_id,
           o.record = '{"source":"void"}' as voided
      from outbox o
      where o.xid < pg_snapshot_xmin(pg_current_snapshot()) and (o.xid, o.seq) > (${after.xid}::xid8, ${after.seq}::bigint)
      order by o.xid, o.seq limit ${limit}`;
  if (rows.length === 0) await refuseFutureHead(sql, after);
  return rows.map((row) => ({
    kind: row['voided'] ? ('void' as const) : ('decision' as const),
    accountId: row['account_id'] as string,
    id: row['decision_id'] as string,
    position: { xid: row['xid'] as string, seq: row['seq'] as string },
  }));
}

/** A dump that was loaded into another cluster: its transaction ids began anew, and nothing would ever be sealed again. */
async function refuseFutureHead(sql: TransactionSql, { xid }: OutboxPosition): Promise<void> {
  const [row] = await sql`select ${xid}::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) as future`;
  if (row?.['future'])
    throw new Error(
      `the chain is sealed up to transaction ${xid}, which this server has not reached: it was restored from a dump (docs/security.md, "Restore")`,
    );
}

async function takeFeed(sql: TransactionSql, limit: number): Promise<readonly SealEvent[]> {
  const rows = await sql`
    with taken as (
      delete from seal_feed where (xid, seq) in (
        select f.xid, f.seq from seal_feed f where f.xid < pg_snapshot_xmin(pg_current_snapshot()) order by f.xid, f.seq limit ${limit})
        returning xid, seq, kind, account_id, id
    )
    select kind, account_id::text as account_id, id::text as id from taken order by xid, seq`;
  return rows.map((row) => ({ kind: row['kind'], accountId: row['account_id'], id: row['id'] }));
}

/** A line for each event, in their order, of the rows as they are now. */
export async function sealLines(sql: TransactionSql, events: readonly SealEvent[]): Promise<readonly SealLine[]> {
  const found = new Map<string, { digest: string; outcome: string }>();
  for (const kind of SEALED_KINDS) {
    const keys = events.filter((event) => sealedKindOf(event.kind) === kind);
    for (const row of await readSealedRows(sql, kind, keys)) found.set(`${kind}:${row.accountId}:${row.id}`, row);
  }
  return events.map(({ kind, accountId, id }) => {
    const { digest = MISSING, outcome = '' } = found.get(`${sealedKindOf(kind)}:${accountId}:${id}`) ?? {};
    return { kind, accountId, id, digest, outcome };
  });
}

/** Where the row of a line is. */
export function sealedKindOf(kind: LineKind): SealedKind {
  return kind === 'void' ? 'decision' : kind;
}

type NewBlock = Pick<Block, 'lines' | 'outbox' | 'history'>;

/** Appends a block to the chain that ends at `head`. */
export async function appendBlock(
  sql: TransactionSql,
  head: Head,
  block: NewBlock,
  { key }: SealOptions,
): Promise<Head> {
  const sealedAt = new Date();
  const body = bodyOf({ ...block, block: head.block + 1, previous: head.hash, sealedAt: sealedAt.toISOString() });
  const hash = hashOf(body);
  const mac = key === undefined ? null : macOf(key, hash);
  await sql`
    insert into seal_blocks (block, hash, mac, key_id, xid, seq, sealed_at, body)
      values (${head.block + 1}, decode(${hash}, 'hex'), decode(${mac}, 'hex'), ${key === undefined ? null : keyIdOf(key)},
        ${block.outbox.xid}::xid8, ${block.outbox.seq}::bigint, ${sealedAt}, ${body})`;
  return { block: head.block + 1, hash, outbox: block.outbox, history: block.history, sealedAt };
}
