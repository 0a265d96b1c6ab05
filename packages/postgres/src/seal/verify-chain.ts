import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { checkBlock, type StoredBlock } from './check-block.ts';
import { FIRST_PREVIOUS } from './block.ts';
import { createDifferences, type Difference } from './differences.ts';
import { createLineCheck, type LineCheck } from './line-check.ts';
import { retiredThrough } from './retire-blocks.ts';
import { readHead } from './seal-block.ts';
import { scanRows, waitingDecisions } from './seal-history.ts';
import { readSealLag, type SealLag } from './seal-lag.ts';
import { SEALED_KINDS, type SealedKind } from './sealed-rows.ts';
import { createIdSet, type IdSet } from './id-set.ts';

export interface ChainProgress {
  readonly phase: 'blocks' | SealedKind;
  readonly done: number;
}

export interface VerifyChainOptions {
  /** Absent: the codes of blocks are not looked at. */
  readonly key?: string | undefined;
  /** A head that was noted earlier: the chain must still have it. */
  readonly expect?: { readonly block: number; readonly hash: string };
  readonly onProgress?: (progress: ChainProgress) => void;
}

export interface ChainReport {
  readonly ok: boolean;
  readonly blocks: number;
  readonly rows: number;
  readonly head: { readonly block: number; readonly hash: string; readonly sealedAt: string } | undefined;
  /** The first 20, by block. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  /** Rows of these blocks and the ones before may be gone. */
  readonly retiredThrough: number;
  /** The first block whose code the given key has made; those before it have none. */
  readonly keyedFrom: number | undefined;
  readonly lag: SealLag;
}

/** Compares the sealed record with the rows as they are, all of it, on one snapshot of the running system; it only reads. */
export function verifyChain(postgres: Postgres, options: VerifyChainOptions = {}): Promise<ChainReport> {
  return postgres.transaction('seal.verify', async (sql) => {
    await sql`set transaction isolation level repeatable read read only`;
    await sql`set local statement_timeout = 0`;
    const differences = createDifferences();
    const retired = await retiredThrough(sql);
    const lines = createLineCheck(sql, { differences, retired });
    const chain = await checkBlocks(sql, lines, { ...options, differences });
    const waiting = await readWaitingDecisions(sql);
    lines.end(waiting);
    // Until the history is sealed, what has no line yet is no difference.
    if (chain.historyComplete) await findUnsealed(sql, lines, waiting, { ...options, differences });
    return {
      ok: differences.count === 0,
      blocks: chain.blocks,
      rows: lines.count,
      head: chain.head,
      differences: differences.first,
      differenceCount: differences.count,
      retiredThrough: retired,
      keyedFrom: chain.keyedFrom,
      lag: await readSealLag(sql),
    };
  });
}

type Checking = VerifyChainOptions & { readonly differences: ReturnType<typeof createDifferences> };

interface CheckedChain {
  readonly blocks: number;
  readonly head: ChainReport['head'];
  readonly historyComplete: boolean;
  readonly keyedFrom: number | undefined;
}

async function checkBlocks(sql: TransactionSql, lines: LineCheck, options: Checking): Promise<CheckedChain> {
  const { differences, expect, onProgress, key } = options;
  let before = { block: 0, hash: FIRST_PREVIOUS };
  let chain: CheckedChain = { blocks: 0, head: undefined, historyComplete: false, keyedFrom: undefined };
  for await (const stored of readBlocks(sql)) {
    const { problems, content, isKeyed } = checkBlock(stored, before, key);
    for (const what of problems) differences.add({ block: stored.block, what });
    if (expect?.block === stored.block && expect.hash !== stored.hash)
      differences.add({ block: stored.block, what: `its hash is ${stored.hash}, and not the expected one` });
    if (content !== undefined) await lines.check(stored.block, content.lines);
    before = { block: stored.block, hash: stored.hash };
    const keyedFrom = chain.keyedFrom ?? (isKeyed ? stored.block : undefined);
    if (chain.keyedFrom !== undefined && !isKeyed)
      differences.add({ block: stored.block, what: 'carries no code of the key, and blocks before it do' });
    chain = {
      blocks: chain.blocks + 1,
      head: { block: stored.block, hash: stored.hash, sealedAt: content?.sealedAt ?? '' },
      historyComplete: chain.historyComplete || content?.history === 'complete',
      keyedFrom,
    };
    onProgress?.({ phase: 'blocks', done: chain.blocks });
  }
  if (expect !== undefined && before.block < expect.block)
    differences.add({ block: expect.block, what: `is missing: the chain ends at block ${before.block}` });
  return chain;
}

async function* readBlocks(sql: TransactionSql): AsyncGenerator<StoredBlock> {
  let after = '-1';
  for (;;) {
    const rows = await sql`
      select block::text as block, encode(hash, 'hex') as hash, encode(mac, 'hex') as mac, key_id, xid::text as xid, seq::text as seq, body
        from seal_blocks b where b.block > ${after}::bigint order by b.block limit 20`;
    for (const row of rows)
      yield {
        block: Number(row['block']),
        hash: row['hash'],
        mac: row['mac'] ?? undefined,
        keyId: row['key_id'] ?? undefined,
        outbox: { xid: row['xid'], seq: row['seq'] },
        body: row['body'],
      };
    if (rows.length === 0) return;
    after = rows.at(-1)?.['block'] as string;
  }
}

/** Rows that nobody sealed and that nothing waiting tells of: somebody else put them there. */
async function findUnsealed(
  sql: TransactionSql,
  lines: LineCheck,
  unsealed: IdSet,
  { differences, onProgress }: Checking,
): Promise<void> {
  for (const kind of SEALED_KINDS) {
    const waiting = kind === 'decision' ? unsealed : await readFed(sql, kind);
    let before = '';
    let done = 0;
    for await (const keys of scanRows(sql, kind)) {
      for (const { accountId, id } of keys) {
        const key = { kind, accountId, id };
        if (kind === 'decision' && id === before)
          differences.add({ ...key, what: 'is there twice, under two accounts' });
        before = id;
        if (!lines.isSealed(kind, id) && !waiting.has(id))
          differences.add({ ...key, what: 'is in no block, and nothing that waits to be sealed tells of it' });
      }
      done += keys.length;
      onProgress?.({ phase: kind, done });
    }
  }
}

async function readWaitingDecisions(sql: TransactionSql): Promise<IdSet> {
  const waiting = createIdSet();
  const { outbox } = await readHead(sql);
  for await (const ids of waitingDecisions(sql, outbox)) for (const id of ids) waiting.add(id);
  return waiting;
}

async function readFed(sql: TransactionSql, kind: SealedKind): Promise<IdSet> {
  const fed = createIdSet();
  for (const row of await sql`select id::text as id from seal_feed where kind = ${kind}`) fed.add(row['id'] as string);
  return fed;
}
