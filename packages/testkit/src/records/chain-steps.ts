import type { ChainDecision, RecordEffect, TransactionRecord } from '@freeway/core';

/** One thing that happened to a chain: a transaction's effect, by the platform's last word or by our own decision. */
export interface Step {
  readonly transactionToken: string;
  readonly effect: RecordEffect;
  /** `unclear`: it says neither yes nor no, and is only listed. */
  readonly said: 'approved' | 'refused' | 'unclear';
  readonly amountMinor: bigint;
  readonly createdAtMs: number;
  /** Transactions that it names as coming before it, nearest first. */
  readonly parents: readonly string[];
  /** It names a transaction or a message as coming before it. */
  readonly namesParent: boolean;
  /** What said so; absent: our decision. */
  readonly record?: TransactionRecord;
  readonly decision?: ChainDecision;
}

/** A chain in the order in which it happened, and the transaction that it is named by. */
export interface ChainSteps {
  readonly chainToken: string;
  readonly steps: readonly Step[];
}

/** money.md *two keys*: one effect of each kind for each transaction; *chains are folds*: in the platform's order. */
export function chainSteps(decisions: readonly ChainDecision[], records: readonly TransactionRecord[]): ChainSteps {
  const told = records.filter(
    (record) =>
      record.effect !== 'no_money' &&
      !records.some(({ links }) => links.fundingLegToken === record.transactionToken) &&
      !decisions.some((it) => it.isImported && it.transactionToken === record.transactionToken),
  );
  const heard = told.filter((record) => !told.some((other) => replaces(other, record)));
  const open = decisions.filter(
    ({ transactionToken }) => !told.some((it) => it.transactionToken === transactionToken && said(it) !== 'unclear'),
  );
  const sorted = [...distinct(heard).map(stepOfRecord), ...open.map(stepOfDecision)].toSorted((a, b) =>
    compare(placeOf(a), placeOf(b)),
  );
  // A name of its own also where nothing happened, such as a mirror of money: else such chains would be one.
  const silent = records.map(stepOfRecord).toSorted((a, b) => compare(placeOf(a), placeOf(b)));
  const chainToken = rootOf(sorted.length > 0 ? sorted : silent);
  const isRoot = ({ transactionToken }: Step) => transactionToken === chainToken;
  return { chainToken, steps: [...sorted.filter(isRoot), ...sorted.filter((step) => !isRoot(step))] };
}

/** What a record says of its transaction: nothing, if state and code contradict, or what was approved is unknown. */
function said({ outcome, amountFault, effect }: TransactionRecord): Step['said'] {
  if (outcome === 'contradictory' || effect === 'unexplained') return 'unclear';
  return outcome === 'approved' && amountFault !== undefined ? 'unclear' : outcome;
}

/** Whether both speak of one transaction's effect, as clearly, and `other` is the later word. */
function replaces(other: TransactionRecord, record: TransactionRecord): boolean {
  return isSameMatter(other, record) && compare(wordOf(other), wordOf(record)) > 0;
}

function isSameMatter(a: TransactionRecord, b: TransactionRecord): boolean {
  const isAsClear = (said(a) === 'unclear') === (said(b) === 'unclear');
  return a.transactionToken === b.transactionToken && a.effect === b.effect && isAsClear;
}

/** Equal words are one. */
function distinct(records: readonly TransactionRecord[]): TransactionRecord[] {
  return records.filter((record, index) => !records.slice(0, index).some((earlier) => isSameMatter(earlier, record)));
}

type Key = readonly (bigint | string)[];

/** The platform beats our own evidence; then the later beats the earlier, and what ends a matter beats what began it. */
function wordOf(record: TransactionRecord): Key {
  return [
    record.source === 'platform' ? 1n : 0n,
    BigInt(record.createdAtMs),
    BigInt(record.identifier ?? -1),
    record.outcome === 'refused' ? 1n : 0n,
    record.isCompleted ? 1n : 0n,
    record.amountMinor,
    `${record.type} ${record.state}`,
  ];
}

/** What the chain opens with, what adds to it, what corrects it, gives back, posts, gives back what is posted; disputes; expiry. */
const WITHIN_ONE_INSTANT: readonly (readonly RecordEffect[])[] = [
  ['hold', 'single', 'expected_credit'],
  ['increment'],
  ['advice', 'expected_credit_advice'],
  ['release', 'expected_credit_reversal'],
  ['clearing', 'debit', 'credit'],
  ['single_reversal', 'credit_reversal'],
  ['dispute_chargeback'],
  ['dispute_provisional_credit'],
  ['dispute_completed'],
  ['dispute_take_back'],
  ['expiry'],
  ['no_money', 'unexplained'],
];

function placeOf(step: Step): Key {
  return [
    BigInt(step.createdAtMs),
    BigInt(step.record?.identifier ?? -1),
    BigInt(WITHIN_ONE_INSTANT.findIndex((effects) => effects.includes(step.effect))),
    step.transactionToken,
    step.effect,
    step.said === 'unclear' ? 1n : 0n,
  ];
}

function compare(a: Key, b: Key): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}

const OPENERS: readonly RecordEffect[] = ['hold', 'single', 'expected_credit', 'credit', 'debit'];

/** Whether a chain can begin with it. */
export function opensChain({ effect }: Step): boolean {
  return OPENERS.includes(effect);
}

/** The first that can begin a chain and follows nothing; else whom the first names that nobody knows; else the first. */
function rootOf(steps: readonly Step[]): string {
  const opener = steps.find((step) => opensChain(step) && step.parents.length === 0);
  if (opener !== undefined) return opener.transactionToken;
  const isUnknown = (token: string) => !steps.some((step) => step.transactionToken === token);
  return steps.flatMap((step) => step.parents).find(isUnknown) ?? steps[0]?.transactionToken ?? '';
}

function stepOfRecord(record: TransactionRecord): Step {
  const { transactionToken, effect, amountMinor, createdAtMs, links } = record;
  const parents = links.parentTransactionTokens;
  const namesParent = parents.length > 0 || links.parentMessageTokens.length > 0;
  return { transactionToken, effect, said: said(record), amountMinor, createdAtMs, parents, namesParent, record };
}

function stepOfDecision(decision: ChainDecision): Step {
  const { transactionToken, effect, amountMinor, createdAtMs, chainToken } = decision;
  const parents = chainToken === transactionToken ? [] : [chainToken];
  const namesParent = parents.length > 0;
  return { transactionToken, effect, said: 'approved', amountMinor, createdAtMs, parents, namesParent, decision };
}
