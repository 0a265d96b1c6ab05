import { createHash, createHmac } from 'node:crypto';
import type { OutboxPosition } from '../outbox.ts';
import { SEALED_KINDS } from './sealed-rows.ts';

/** `void`: a decision once more, after it was undone. */
export const LINE_KINDS = [...SEALED_KINDS, 'void'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** One sealed row. */
export interface SealLine {
  readonly kind: LineKind;
  readonly accountId: string;
  readonly id: string;
  /** `missing`: it was gone before it could be sealed. */
  readonly digest: string;
  readonly outcome: string;
}

export interface Block {
  readonly block: number;
  /** Hash of the block before, in hexadecimal. */
  readonly previous: string;
  /** The outbox is sealed up to here. */
  readonly outbox: OutboxPosition;
  /** `open` until everything that was there before the first block is sealed as well. */
  readonly history: 'open' | 'complete';
  /** ISO 8601, UTC, milliseconds. */
  readonly sealedAt: string;
  readonly lines: readonly SealLine[];
}

export const MISSING = 'missing';
export const FIRST_PREVIOUS = '0'.repeat(64);

/**
 * The text that is hashed, kept as it is: a header of one word and its value a line, then a line for each row. Any tool that
 * makes a SHA-256 of it can check a chain without us.
 */
export function bodyOf({ block, previous, outbox, history, sealedAt, lines }: Block): string {
  const head = [
    'freeway-seal 1',
    `block ${block}`,
    `previous ${previous}`,
    `outbox ${outbox.xid}-${outbox.seq}`,
    `history ${history}`,
    `sealed ${sealedAt}`,
    `rows ${lines.length}`,
  ];
  const rows = lines.map(({ kind, accountId, id, digest, outcome }) =>
    `${kind} ${accountId} ${id} ${digest} ${outcome}`.trimEnd(),
  );
  return [...head, ...rows].map((line) => `${line}\n`).join('');
}

const HEAD =
  /^freeway-seal 1\nblock (\d+)\nprevious ([0-9a-f]{64})\noutbox (\d+)-(\d+)\nhistory (open|complete)\nsealed (\S+)\nrows (\d+)\n/;
const LINE = /^(decision|booking|audit|void) (-?\d+) (-?\d+) ([0-9a-f]{64}|missing)(?: (\S+))?$/;

/** Undefined: it is no body of ours. */
export function readBody(body: string): Block | undefined {
  const head = HEAD.exec(body);
  if (head === null) return undefined;
  const [all, block, previous, xid, seq, history, sealedAt, rows] = head as unknown as string[];
  const texts = body.slice((all as string).length).split('\n');
  if (texts.pop() !== '' || texts.length !== Number(rows)) return undefined;
  const lines: SealLine[] = [];
  for (const text of texts) {
    const [, kind, accountId, id, digest, outcome = ''] = LINE.exec(text) ?? [];
    if (kind === undefined) return undefined;
    lines.push({
      kind: kind as LineKind,
      accountId: accountId as string,
      id: id as string,
      digest: digest as string,
      outcome,
    });
  }
  return {
    block: Number(block),
    previous: previous as string,
    outbox: { xid: xid as string, seq: seq as string },
    history: history as Block['history'],
    sealedAt: sealedAt as string,
    lines,
  };
}

export function hashOf(body: string): string {
  return createHash('sha256').update(body, 'utf8').digest('hex');
}

/** What only a holder of the key can make of a block's hash. */
export function macOf(key: string, hash: string): string {
  return createHmac('sha256', key).update(hash, 'utf8').digest('hex');
}

/** Tells keys apart without telling anything of them. */
export function keyIdOf(key: string): string {
  return createHmac('sha256', key).update('freeway seal key id', 'utf8').digest('hex').slice(0, 16);
}
