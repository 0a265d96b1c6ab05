import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { readBody } from './block.ts';
import { createIdSet, type IdSet } from './id-set.ts';
import { appendBlock, type Head, lockHead, readHead, sealLines, type SealOptions } from './seal-block.ts';
import { type RowKey, SEALED_KINDS, type SealedKind } from './sealed-rows.ts';

/** Rows looked at in one statement. */
const SCAN = 10_000;
const ROWS_MAX = 1000;

/**
 * Seals, once, what no outbox row and no feed will ever tell of: what was there before there was a seal. It only reads what
 * nobody changes and holds no long transaction; ended half-way, it goes on where it was. Returns how many rows it sealed.
 */
export async function sealHistory(postgres: Postgres, options: SealOptions, signal?: AbortSignal): Promise<number> {
  let head = await readHead(postgres.sql);
  if (head.history === 'complete') return 0;
  const sealed = await readSealedIds(postgres);
  const append = async (kind: SealedKind, keys: readonly RowKey[], history: Head['history']): Promise<void> => {
    head = await appendAfter(postgres, head, { kind, keys, history }, options);
  };
  let rows = 0;
  for (const kind of SEALED_KINDS) {
    for await (const keys of unsealed(postgres, kind, sealed[kind])) {
      if (signal?.aborted) return rows;
      await append(kind, keys, 'open');
      rows += keys.length;
    }
  }
  if (!signal?.aborted) await append('audit', [], 'complete');
  return rows;
}

interface HistoryBlock {
  readonly kind: SealedKind;
  readonly keys: readonly RowKey[];
  readonly history: Head['history'];
}

/** @throws Error when another sealer has appended since `head`: what was found unsealed may be sealed by now. */
async function appendAfter(
  postgres: Postgres,
  head: Head,
  { kind, keys, history }: HistoryBlock,
  options: SealOptions,
): Promise<Head> {
  return postgres.transaction('seal.history', async (sql) => {
    const now = await lockHead(sql);
    if (now.block !== head.block) throw new Error('another sealer is at work on the history');
    const events = keys.map((key) => ({ kind, ...key }));
    return appendBlock(sql, now, { lines: await sealLines(sql, events), outbox: now.outbox, history }, options);
  });
}

/** By kind, the ids of all lines of the chain. */
async function readSealedIds(postgres: Postgres): Promise<Record<SealedKind, IdSet>> {
  const sealed = { decision: createIdSet(), booking: createIdSet(), audit: createIdSet() };
  let after = 0;
  for (;;) {
    const rows = await postgres.sql`
      select block::text as block, body from seal_blocks b where b.block > ${after} order by b.block limit 20`;
    for (const { body } of rows)
      for (const { kind, id } of readBody(body as string)?.lines ?? []) if (kind !== 'void') sealed[kind].add(id);
    if (rows.length === 0) return sealed;
    after = Number(rows.at(-1)?.['block']);
  }
}

/** Rows that have no line and that nothing waiting tells of. What is waiting is read after the rows: it never misses one of them. */
async function* unsealed(postgres: Postgres, kind: SealedKind, sealed: IdSet): AsyncGenerator<readonly RowKey[]> {
  if (kind === 'decision') {
    const candidates = createIdSet();
    for await (const keys of scanRows(postgres.sql, kind))
      for (const { id } of keys) if (!sealed.has(id)) candidates.add(id);
    const { outbox } = await readHead(postgres.sql);
    for await (const ids of waitingDecisions(postgres.sql, outbox)) for (const id of ids) candidates.delete(id);
    for (const ids of candidates.batches(ROWS_MAX)) yield await accountsOf(postgres, ids);
    return;
  }
  for await (const keys of scanRows(postgres.sql, kind)) {
    const candidates = keys.filter(({ id }) => !sealed.has(id));
    if (candidates.length === 0) continue;
    const ids = candidates.map(({ id }) => id);
    const waiting = await postgres.sql`
      select id::text as id from seal_feed where kind = ${kind} and id = any(${ids}::bigint[])`;
    const fed = new Set(waiting.map((row) => row['id'] as string));
    const rest = candidates.filter(({ id }) => !fed.has(id));
    for (let at = 0; at < rest.length; at += ROWS_MAX) yield rest.slice(at, at + ROWS_MAX);
  }
}

const SCANS: Readonly<
  Record<
    SealedKind,
    { readonly table: string; readonly account: string; readonly id: string; readonly key: readonly string[] }
  >
> = {
  decision: {
    table: 'decisions',
    account: 'r.account_id',
    id: 'r.decision_id',
    key: ['r.decision_id', 'r.account_id'],
  },
  booking: {
    table: 'ledger_transactions',
    account: 'r.account_id',
    id: 'r.ledger_transaction_id',
    key: ['r.account_id', 'r.ledger_transaction_id'],
  },
  audit: { table: 'audit_records', account: '0::bigint', id: 'r.audit_id', key: ['r.audit_id', '0::bigint'] },
};

const BEFORE_ALL = String(-(2n ** 63n));

/** All keys of a table in the order of its primary key, some at a time. */
export async function* scanRows(
  sql: Postgres['sql'] | TransactionSql,
  kind: SealedKind,
): AsyncGenerator<readonly RowKey[]> {
  const { table, account, id, key } = SCANS[kind];
  const [first, second] = key;
  // Not from zero: whoever puts a row in may give it any number.
  let after: readonly [string, string] = [BEFORE_ALL, BEFORE_ALL];
  for (;;) {
    const rows = await sql.unsafe(
      `select (${account})::text as account_id, ${id}::text as id from ${table} r
         where (${first}, ${second}) > ($1::bigint, $2::bigint) order by ${first}, ${second} limit ${SCAN}`,
      [...after],
      { prepare: true },
    );
    if (rows.length === 0) return;
    const keys = rows.map((row) => ({ accountId: row['account_id'] as string, id: row['id'] as string }));
    yield keys;
    const last = keys.at(-1) as RowKey;
    after = kind === 'booking' ? [last.accountId, last.id] : [last.id, last.accountId];
  }
}

/** Decisions whose outbox rows are not sealed yet. */
export async function* waitingDecisions(
  sql: Postgres['sql'] | TransactionSql,
  from: { readonly xid: string; readonly seq: string },
): AsyncGenerator<readonly string[]> {
  let after = from;
  for (;;) {
    const rows = await sql`
      select xid::text as xid, seq::text as seq, decision_id::text as id from outbox o
        where (o.xid, o.seq) > (${after.xid}::xid8, ${after.seq}::bigint) order by o.xid, o.seq limit ${SCAN}`;
    if (rows.length === 0) return;
    yield rows.map((row) => row['id'] as string);
    after = { xid: rows.at(-1)?.['xid'] as string, seq: rows.at(-1)?.['seq'] as string };
  }
}

async function accountsOf({ sql }: Postgres, ids: readonly string[]): Promise<readonly RowKey[]> {
  const rows = await sql`
    select account_id::text as account_id, decision_id::text as id from decisions
      where decision_id = any(${[...ids]}::bigint[])`;
  return rows.map((row) => ({ accountId: row['account_id'], id: row['id'] }));
}
