import type { ChainDecision, ChainFacts, ChainHome, ChainOutcome } from './chain.ts';
import { type ChainPolicy, holdExpiresAtMs } from './chain-policy.ts';
import { type ChainState, type ChainStep, emptyChainState, expectedCredits, list, netPostings } from './chain-state.ts';
import {
  foldCredit,
  foldCreditReversal,
  foldDispute,
  foldExpectedCredit,
  foldExpectedCreditAdvice,
  foldExpectedCreditReversal,
} from './fold-credits.ts';
import {
  foldAdvice,
  foldClearing,
  foldDebit,
  foldExpiry,
  foldHold,
  foldRelease,
  foldSingle,
  foldSingleReversal,
} from './fold-debits.ts';
import { type ChainMember, isDecisive, isOpener, orderChain, tokenOf } from './order-members.ts';
import type { RecordException } from './record-exception.ts';
import type { TransactionRecord } from './transaction-record.ts';

/**
 * What a chain comes to (money.md *chains are folds*): hold, expected credits, bookings, counts and exceptions as a function
 * of its distinct events, so that every order of arrival ends equal. Pure. The ledger books the difference to what stands.
 */
export function foldChain(facts: ChainFacts, policy: ChainPolicy): ChainOutcome {
  const { chainToken, members } = orderChain(facts);
  const state = emptyChainState();
  for (const member of members) {
    if (isOpener(member)) state.isOpened ||= member.source === 'record' && !isApproved(member.record);
    if (member.source === 'decision') foldDecision(state, member.decision);
    else foldRecord(state, member.record, policy);
  }
  const isDual = state.messageClass === 'dual';
  return {
    chainToken,
    home: homeOf(facts, members),
    hold: {
      amountMinor: state.heldMinor,
      messageClass: state.messageClass,
      expiresAtMs: isDual ? state.expiresAtMs : undefined,
    },
    countedAtMs: countedAtMs(facts, members[0]),
    expectedCredits: expectedCredits(state),
    postings: netPostings(state),
    counts: { limitIds: limitIdsOf(facts, members), ...countsOf(state) },
    exceptions: distinct(state.exceptions),
    decided: wordsOf(members),
    isClosed: state.heldMinor === 0n && expectedCredits(state).length === 0,
  };
}

function isApproved(record: TransactionRecord): boolean {
  return record.outcome === 'approved' && isDecisive(record);
}

/** Our own approval holds, or is promised; it never posts (money.md *nothing is posted on our own word*). */
function foldDecision(state: ChainState, decision: ChainDecision): void {
  const { transactionToken, amountMinor, effect, chainToken } = decision;
  const namesParent = chainToken !== transactionToken;
  const step: ChainStep = { transactionToken, amountMinor, counterpart: 'settlement', namesParent };
  if (effect === 'expected_credit') foldExpectedCredit(state, step, false);
  else if (effect === 'single') foldSingle(state, step, false);
  else foldHold(state, step);
  state.expiresAtMs = newest(state.expiresAtMs, decision.expiresAtMs);
}

function foldRecord(state: ChainState, record: TransactionRecord, policy: ChainPolicy): void {
  const { transactionToken, amountMinor, counterpart, links, outcome } = record;
  const namesParent = links.parentTransactionTokens.length + links.parentMessageTokens.length > 0;
  const step: ChainStep = { transactionToken, amountMinor, counterpart, namesParent };
  if (outcome === 'contradictory') return list(state, step, 'contradictory_outcome');
  if (outcome === 'approved' && record.effect === 'unexplained') return list(state, step, 'unknown_type');
  if (record.effect === 'unexplained') return;
  // money.md *outcome*: not approved undoes exactly the effect that this transaction had, which then is no member.
  if (outcome === 'refused') return;
  if (record.amountFault !== undefined)
    return list(state, step, record.amountFault === 'unknown_currency' ? 'unknown_currency' : 'invalid_amount');
  if (record.isRounded) list(state, step, 'amount_rounded');
  applyRecord(state, record, step, policy);
}

/** What was said of each transaction; the platform's word stands over evidence of our own, also about another effect of it. */
function wordsOf(members: readonly ChainMember[]): Map<string, 'approved' | 'refused'> {
  const words = new Map<string, 'approved' | 'refused'>();
  for (const source of ['sweeper', 'platform'])
    for (const member of members) {
      if (member.source !== 'record' || member.record.source !== source || !isDecisive(member.record)) continue;
      words.set(member.record.transactionToken, isApproved(member.record) ? 'approved' : 'refused');
    }
  return words;
}

function applyRecord(state: ChainState, record: TransactionRecord, step: ChainStep, policy: ChainPolicy): void {
  switch (record.effect) {
    case 'hold':
    case 'increment':
      foldHold(state, step);
      return extend(state, record, policy);
    case 'single':
      return foldSingle(state, step, record.isCompleted);
    case 'advice':
      foldAdvice(state, step);
      return extend(state, record, policy);
    case 'release':
      return foldRelease(state, step, record.isFullReversal);
    case 'clearing':
      return foldClearing(state, step, { terms: record.clearing ?? {}, hold: record.hold, policy });
    case 'expiry':
      return foldExpiry(state, step);
    case 'single_reversal':
      return foldSingleReversal(state, step);
    case 'expected_credit':
      return foldExpectedCredit(state, step, record.fastFunds);
    case 'expected_credit_advice':
      return foldExpectedCreditAdvice(state, step);
    case 'expected_credit_reversal':
      return foldExpectedCreditReversal(state, step);
    case 'credit':
      return foldCredit(state, step);
    case 'credit_reversal':
      return foldCreditReversal(state, step);
    case 'debit':
      return foldDebit(state, step);
    case 'dispute_chargeback':
    case 'dispute_provisional_credit':
    case 'dispute_completed':
    case 'dispute_take_back':
      return foldDispute(state, step, record.effect, record.dispute ?? NO_CASE);
    case 'no_money':
    case 'unexplained':
      return;
  }
}

/** A record without a case of its own belongs to the one case that its chain can have. */
const NO_CASE = { caseToken: '', creditsCardholder: false };

/** money.md *expiry*: the newest date in the chain wins; *residue*: the first authorization says what merchant it is. */
function extend(state: ChainState, record: TransactionRecord, policy: ChainPolicy): void {
  state.terms ??= record.hold;
  state.expiresAtMs = newest(state.expiresAtMs, holdExpiresAtMs(record.hold, record.createdAtMs, policy));
}

function newest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

/**
 * money.md *Counters*: what is held or was cleared counts. The count is given back only where all of it was declined or was
 * reversed before any clearing.
 */
function countsOf({ heldMinor, clearedMinor, isCounted, closedBy }: ChainState): {
  amountMinor: bigint;
  count: number;
} {
  const amountMinor = heldMinor + clearedMinor;
  const isBackInFull = closedBy === 'reversal' && amountMinor === 0n;
  return { amountMinor, count: isCounted && !isBackInFull ? 1 : 0 };
}

/** The limits of the chain's first approval of ours; those of the facts where it has none. */
function limitIdsOf({ decisions, limitIds }: ChainFacts, members: readonly ChainMember[]): readonly number[] {
  const byToken = new Map(decisions.map((decision) => [decision.transactionToken, decision]));
  for (const member of members) {
    const took = byToken.get(tokenOf(member))?.limitIds;
    if (took !== undefined) return took;
  }
  return limitIds;
}

/**
 * money.md *chain home*: the account of the chain's first event. Where our gateway decided that event, the money is held on
 * the account that it chose; one that names nobody leaves it to the next.
 */
function homeOf({ decisions }: ChainFacts, members: readonly ChainMember[]): ChainHome {
  const accounts = new Map(decisions.map(({ transactionToken, accountId }) => [transactionToken, accountId]));
  for (const member of members) {
    const transactionToken = tokenOf(member);
    const accountId = accounts.get(transactionToken);
    if (accountId !== undefined) return { transactionToken, accountId };
    if (member.source !== 'record' || member.record.owner === undefined) continue;
    return { transactionToken, owner: member.record.owner };
  }
  return { transactionToken: members[0] === undefined ? '' : tokenOf(members[0]) };
}

/** money.md *window*: the first event's; where our gateway counted it, the instant that it counted by. */
function countedAtMs({ decisions }: ChainFacts, first: ChainMember | undefined): number {
  if (first === undefined) return 0;
  const decision = decisions.find(({ transactionToken }) => transactionToken === tokenOf(first));
  return decision?.countedAtMs ?? (first.source === 'record' ? first.record.countedAtMs : 0);
}

function distinct(exceptions: readonly RecordException[]): RecordException[] {
  const byKey = new Map<string, RecordException>();
  for (const each of exceptions) {
    const key = `${each.reason} ${each.transactionToken}`;
    if (!byKey.has(key)) byKey.set(key, each);
  }
  return [...byKey.values()];
}
