import type { TransactionSql } from 'postgres';
import { MISSING, type SealLine } from './block.ts';
import type { Differences } from './differences.ts';
import { createIdSet, type IdSet } from './id-set.ts';
import { sealedKindOf } from './seal-block.ts';
import { readSealedRows, type SealedKind, type SealedRow, SEALED_KINDS, VOIDED } from './sealed-rows.ts';

export interface LineCheckOptions {
  readonly differences: Differences;
  /** Rows of these blocks and the ones before may be gone. */
  readonly retired: number;
}

export interface LineCheck {
  /** Compares the lines of one block with the rows; blocks in their order. */
  check(block: number, lines: readonly SealLine[]): Promise<void>;
  /** After the last block: what neither a line nor what waits to be sealed explains is a difference. */
  end(waiting: Pick<IdSet, 'has'>): void;
  isSealed(kind: SealedKind, id: string): boolean;
  readonly count: number;
}

type Unexplained = Parameters<Differences['add']>[0];

/** Compares sealed lines with rows. A decision may differ from its first line if a later one says that it was undone. */
export function createLineCheck(sql: TransactionSql, { differences, retired }: LineCheckOptions): LineCheck {
  const sealed = { decision: createIdSet(), booking: createIdSet(), audit: createIdSet() };
  const undone = new Map<string, Unexplained>();
  let count = 0;

  function checkLine(block: number, line: SealLine, row: SealedRow | undefined): void {
    const kind = sealedKindOf(line.kind);
    const { accountId, id } = line;
    const say = (what: string): void => differences.add({ block, kind, accountId, id, what });
    if (line.kind === 'void') {
      if (!sealed.decision.has(id)) say('was undone before it was sealed');
    } else if (!sealed[kind].add(id)) say('is sealed twice');
    if (line.digest === MISSING) return say('was gone before it could be sealed');
    if (row === undefined) {
      if (block > retired) say('is gone');
      return;
    }
    if (row.digest !== line.digest) return say('was changed');
    if (line.kind === 'void') {
      if (line.outcome !== VOIDED || row.outcome !== VOIDED) say(`is ${row.outcome}, and was undone`);
      undone.delete(id);
    } else if (row.outcome !== line.outcome) {
      const difference = { block, kind, accountId, id, what: `is ${row.outcome}, and was sealed as ${line.outcome}` };
      // One that was undone since has a line that says so further on, or waits for it.
      if (row.outcome === VOIDED && line.outcome.startsWith('approved:')) undone.set(id, difference);
      else differences.add(difference);
    }
  }

  return {
    async check(block, lines) {
      count += lines.length;
      const rows = new Map<string, SealedRow>();
      for (const kind of SEALED_KINDS) {
        const keys = lines.filter((line) => sealedKindOf(line.kind) === kind);
        for (const row of await readSealedRows(sql, kind, keys)) rows.set(`${kind}:${row.accountId}:${row.id}`, row);
      }
      for (const line of lines)
        checkLine(block, line, rows.get(`${sealedKindOf(line.kind)}:${line.accountId}:${line.id}`));
    },
    end(waiting) {
      for (const [id, difference] of undone) if (!waiting.has(id)) differences.add(difference);
    },
    isSealed: (kind, id) => sealed[kind].has(id),
    get count() {
      return count;
    },
  };
}
