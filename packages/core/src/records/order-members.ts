import { EFFECT_ORDER, type ChainDecision, type ChainFacts } from './chain.ts';
import type { RecordEffect, TransactionRecord } from './transaction-record.ts';

/** One step of a chain: what a transaction does to it, by the platform's word, or by our own until that comes. */
export type ChainMember =
  | { readonly source: 'record'; readonly record: TransactionRecord }
  | { readonly source: 'decision'; readonly decision: ChainDecision };

/** The members of a chain in the order in which they are folded, and the transaction it is named by. */
export interface OrderedChain {
  readonly chainToken: string;
  readonly members: readonly ChainMember[];
}

/**
 * One member for each transaction and effect (money.md *two keys*), sorted by (created_time, identifier, effect order). The
 * transaction that the chain is named by comes first whatever its clock says, since the others say that they follow it.
 */
export function orderChain({ decisions, records }: ChainFacts): OrderedChain {
  const legs = new Set(records.flatMap(({ links }) => links.fundingLegToken ?? []));
  const imported = new Set(decisions.flatMap((it) => (it.isImported ? [it.transactionToken] : [])));
  const steps = records.filter(
    ({ effect, transactionToken: token }) => effect !== 'no_money' && !legs.has(token) && !imported.has(token),
  );
  const spokenOf = new Set(steps.filter(isDecisive).map((record) => record.transactionToken));
  const members: ChainMember[] = lastWords(steps).map(asMember);
  for (const decision of decisions)
    if (!spokenOf.has(decision.transactionToken)) members.push({ source: 'decision', decision });
  members.sort(compareMembers);
  // Where none of the records is a member, the first of them gives the name: what moves no money is no reason to join others.
  const chainToken = rootOf(members.length > 0 ? members : records.map(asMember).toSorted(compareMembers));
  const isRoot = (member: ChainMember): boolean => tokenOf(member) === chainToken;
  return { chainToken, members: [...members.filter(isRoot), ...members.filter((member) => !isRoot(member))] };
}

function asMember(record: TransactionRecord): ChainMember {
  return { source: 'record', record };
}

/** Whether the record says what became of its transaction: a contradiction says nothing, a refusal needs no amount. */
export function isDecisive({ outcome, amountFault, effect }: TransactionRecord): boolean {
  if (effect === 'unexplained') return false;
  return outcome === 'refused' || (outcome === 'approved' && amountFault === undefined);
}

export function tokenOf(member: ChainMember): string {
  return member.source === 'record' ? member.record.transactionToken : member.decision.transactionToken;
}

function effectOf(member: ChainMember): RecordEffect {
  return member.source === 'record' ? member.record.effect : member.decision.effect;
}

const OPENERS: ReadonlySet<RecordEffect> = new Set(['hold', 'single', 'expected_credit', 'credit', 'debit']);

/** Whether a transaction of this effect can be a chain's first. */
export function isOpener(member: ChainMember): boolean {
  return OPENERS.has(effectOf(member));
}

/** The transactions that a member says it follows, nearest first. */
export function parentsOf(member: ChainMember): readonly string[] {
  if (member.source === 'record') return member.record.links.parentTransactionTokens;
  const { chainToken, transactionToken } = member.decision;
  return chainToken === transactionToken ? [] : [chainToken];
}

/**
 * Of several records about one transaction and effect the last word holds. Of one moment, a refusal holds over an approval,
 * since a transaction is approved before it is declined, and completion over what was pending.
 */
function lastWords(records: readonly TransactionRecord[]): TransactionRecord[] {
  const last = new Map<string, TransactionRecord>();
  for (const record of records) {
    const key = `${record.effect} ${isDecisive(record)} ${record.transactionToken}`;
    const before = last.get(key);
    if (before === undefined || compareWords(before, record) < 0) last.set(key, record);
  }
  return [...last.values()];
}

function compareWords(a: TransactionRecord, b: TransactionRecord): number {
  return (
    Number(a.source === 'platform') - Number(b.source === 'platform') ||
    a.createdAtMs - b.createdAtMs ||
    compareIdentifiers(a.identifier, b.identifier) ||
    Number(a.outcome === 'refused') - Number(b.outcome === 'refused') ||
    Number(a.isCompleted) - Number(b.isCompleted) ||
    compare(a.amountMinor, b.amountMinor) ||
    compare(`${a.type} ${a.state}`, `${b.type} ${b.state}`)
  );
}

function compareMembers(a: ChainMember, b: ChainMember): number {
  return (
    createdAtMs(a) - createdAtMs(b) ||
    compareIdentifiers(identifierOf(a), identifierOf(b)) ||
    EFFECT_ORDER[effectOf(a)] - EFFECT_ORDER[effectOf(b)] ||
    compare(tokenOf(a), tokenOf(b)) ||
    compare(effectOf(a), effectOf(b)) ||
    Number(isUnclear(a)) - Number(isUnclear(b))
  );
}

function isUnclear(member: ChainMember): boolean {
  return member.source === 'record' && !isDecisive(member.record);
}

function createdAtMs(member: ChainMember): number {
  return member.source === 'record' ? member.record.createdAtMs : member.decision.createdAtMs;
}

function identifierOf(member: ChainMember): string | undefined {
  return member.source === 'record' ? member.record.identifier : undefined;
}

/** Decimal digits, of any length; none comes before any. */
function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  return compare(BigInt(a ?? -1), BigInt(b ?? -1));
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The first transaction that can open a chain and follows none; where that has not come yet, the one that the first of them
 * names; else the first of all.
 */
function rootOf(members: readonly ChainMember[]): string {
  const opener = members.find((member) => isOpener(member) && parentsOf(member).length === 0);
  if (opener !== undefined) return tokenOf(opener);
  const known = new Set(members.map(tokenOf));
  for (const member of members) {
    const unknown = parentsOf(member).find((parent) => !known.has(parent));
    if (unknown !== undefined) return unknown;
  }
  return members[0] === undefined ? '' : tokenOf(members[0]);
}
