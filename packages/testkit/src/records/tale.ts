import type { Counterpart, RecordException, RecordExceptionReason } from '@freeway/core';
import type { Step } from './chain-steps.ts';

/** One change of one sum of a chain. */
export interface Line {
  readonly of:
    | 'held'
    | 'cleared' // debits posted, what single messages gave back taken off
    | 'single' // single messages that are posted
    | 'credited'
    | 'fast' // of `credited`: by fast funds, and not confirmed by a clearing yet
    | 'expected' // by the transaction that promised
    | 'case'; // by the dispute's case
  readonly name: string;
  readonly amountMinor: bigint;
}

/** What happened to a chain besides money. */
export type Mark =
  | 'known' // something that can begin a chain was seen, whatever became of it
  | 'approval' // holds anew, also after an end
  | 'counted' // something that limits count
  | 'single'
  | 'ended by clearing'
  | 'ended by reversal'
  | 'ended by expiry'
  | 'taken back'; // single messages were given back in full

/** A chain as it is told, step by step: nothing is kept but what happened, and all that is asked is a sum over it. */
export interface Tale {
  readonly lines: Line[];
  readonly marks: Mark[];
  readonly postings: { readonly step: Step; readonly counterpart: Counterpart; readonly amountMinor: bigint }[];
  readonly exceptions: RecordException[];
}

export function newTale(): Tale {
  return { lines: [], marks: [], postings: [], exceptions: [] };
}

export function add(tale: Tale, of: Line['of'], amountMinor: bigint, name = ''): void {
  tale.lines.push({ of, name, amountMinor });
}

export function sumOf(tale: Tale, of: Line['of'], name?: string): bigint {
  return tale.lines
    .filter((line) => line.of === of && (name === undefined || line.name === name))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** The names under which there is a sum, in the order in which they came up. */
export function namesOf(tale: Tale, of: Line['of']): string[] {
  return [...new Set(tale.lines.filter((line) => line.of === of).map(({ name }) => name))];
}

export function post(tale: Tale, step: Step, amountMinor: bigint): void {
  tale.postings.push({ step, counterpart: step.record?.counterpart ?? 'settlement', amountMinor });
}

export function except(tale: Tale, step: Step, reason: RecordExceptionReason, amountMinor = step.amountMinor): void {
  const { transactionToken } = step;
  const isListed = tale.exceptions.some((it) => it.transactionToken === transactionToken && it.reason === reason);
  if (!isListed) tale.exceptions.push({ transactionToken, reason, amountMinor });
}

/** What is beyond what can be explained is only listed where the beginning is known: else it may explain it yet. */
export function exceptExcess(tale: Tale, step: Step, reason: RecordExceptionReason, amountMinor: bigint): void {
  if (isKnown(tale) && amountMinor > 0n) except(tale, step, reason, amountMinor);
}

export function exceptMissingParent(tale: Tale, step: Step): void {
  if (step.namesParent && !isKnown(tale)) except(tale, step, 'missing_parent');
}

export function isKnown(tale: Tale): boolean {
  return tale.marks.includes('known');
}

/** How the chain ended since it was last approved; the first end counts. */
export function endOf(tale: Tale): Mark | undefined {
  const sinceApproval = tale.marks.slice(tale.marks.lastIndexOf('approval') + 1);
  if (sinceApproval.includes('taken back')) return 'ended by reversal';
  return sinceApproval.find((mark) => mark.startsWith('ended'));
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
