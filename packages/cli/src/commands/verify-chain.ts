import { type ChainReport, type SealDifference, verifyChain } from '@freeway/postgres';
import { InvalidArgumentError } from 'commander';
import type { CommandDatabase } from '../database.ts';
import { EXIT } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { createProgress } from '../progress.ts';

export interface ExpectedHead {
  readonly block: number;
  readonly hash: string;
}

/** A head as verify --chain prints it. */
export function parseHead(text: string): ExpectedHead {
  const [, block, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (block === undefined || hash === undefined)
    throw new InvalidArgumentError('A head such as 120:9f86d0... is needed, as verify --chain prints it.');
  return { block: Number(block), hash };
}

/** Compares the sealed record with the rows, and says where they differ first. */
export async function runVerifyChain(
  { postgres, settings }: CommandDatabase,
  { expect, json }: { readonly expect: ExpectedHead | undefined; readonly json: boolean },
): Promise<number> {
  const progress = createProgress();
  const report = await verifyChain(postgres, {
    key: settings.SEAL_KEY,
    ...(expect === undefined ? {} : { expect }),
    onProgress: ({ phase, done }) => progress.update(phase === 'blocks' ? `block ${done}` : `${phase} rows: ${done}`),
  }).finally(() => progress.end());
  if (json) printJson(toJson(report));
  else printReport(report, settings.SEAL_KEY !== undefined);
  return report.ok ? EXIT.ok : EXIT.refused;
}

function printReport(report: ChainReport, hasKey: boolean): void {
  const { blocks, rows, head, differences, differenceCount, retiredThrough, keyedFrom, lag } = report;
  for (const difference of differences) print(`DIFFERS   ${describe(difference)}`);
  if (differenceCount > differences.length) print(`          and ${differenceCount - differences.length} more`);
  if (head === undefined) print('nothing is sealed yet: the sweeper does that');
  else print(`head      ${head.block}:${head.hash} of ${head.sealedAt}`);
  if (retiredThrough > 0) print(`retired   the rows of blocks 1 to ${retiredThrough} may be gone`);
  if (hasKey)
    print(`key       ${keyedFrom === undefined ? 'no block carries its code' : `from block ${keyedFrom} on`}`);
  else print('key       SEAL_KEY is not set: codes were not looked at');
  const age = lag.oldestMs > 0 ? `, the oldest decision for ${Math.round(lag.oldestMs / 1000)} s` : '';
  print(`waiting   ${lag.rows} rows that no block has yet${age}`);
  print(
    differenceCount === 0
      ? `${blocks} blocks with ${rows} rows are as they were sealed`
      : `${differenceCount} differences in ${blocks} blocks with ${rows} rows`,
  );
}

function describe({ block, kind, accountId, id, what }: SealDifference): string {
  const where = block === undefined ? '' : `block ${block}`;
  const row = kind === undefined ? '' : `${kind} ${id}${accountId === '0' ? '' : ` of account ${accountId}`}`;
  return `${[where, row].filter((part) => part !== '').join(', ')}: ${what}`;
}

function toJson(report: ChainReport): object {
  const { ok, blocks, rows, head, differences, differenceCount, retiredThrough, keyedFrom, lag } = report;
  return {
    ok,
    blocks,
    rows,
    head: head === undefined ? null : { block: head.block, hash: head.hash, sealed_at: head.sealedAt },
    difference_count: differenceCount,
    differences: differences.map(({ block, kind, accountId, id, what }) => ({
      block,
      kind,
      account_id: accountId,
      id,
      what,
    })),
    retired_through: retiredThrough,
    keyed_from: keyedFrom ?? null,
    waiting: { rows: lag.rows, oldest_ms: Math.round(lag.oldestMs) },
  };
}
