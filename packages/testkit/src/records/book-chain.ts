import {
  exponentOf,
  windowStart,
  type ChainOutcome,
  type Limit,
  type RecordException,
  type TransactionRecord,
} from '@freeway/core';
import { suspenseName } from '../ledger-snapshot.ts';
import { ledgerKey, type LedgerState, type ModelAccount, type ModelChain } from '../ledger-state.ts';
import { countUp } from '../reserve.ts';
import { chainSteps } from './chain-steps.ts';
import { type ChainEvent, type LinkedDecision, namesOf } from './link-chains.ts';
import { modelChain } from './model-chain.ts';

/** What a chain comes to, where it books, and what it counts against. */
export function modelChainOf(state: LedgerState, events: readonly ChainEvent[]): ModelChain {
  const decisions = events.flatMap((event) => (event.source === 'decision' ? event.decision : []));
  const records = events.flatMap((event) => (event.source === 'record' ? event.record : []));
  const currency = records[0]?.currency ?? '';
  const outcome = modelChain(decisions, records, [], state.policy);
  const names = new Set([...events.flatMap(namesOf), `transaction ${outcome.chainToken}`]);
  const assigned = state.assignments.find((it) => it.currency === currency && names.has(it.name));
  const account = state.accounts.get(assigned?.accountId ?? '') ?? accountOf(state, currency, outcome);
  return {
    currency,
    names,
    outcome,
    accountId: account?.accountId,
    exceptions: [...outcome.exceptions, ...exceptionsOf(account, outcome)],
    limits: account === undefined ? [] : limitsOf(state, decisions, records, outcome, account),
  };
}

/** money.md *chain home*, *nobody's money*: nobody is only needed where there is something to book. */
function accountOf(state: LedgerState, currency: string, outcome: ChainOutcome): ModelAccount | undefined {
  const { accountId, owner } = outcome.home;
  if (accountId !== undefined) return state.accounts.get(accountId);
  const owned = [...state.accounts.values()].find(
    (it) =>
      owner !== undefined &&
      it.owner?.kind === owner.kind &&
      it.owner.token === owner.token &&
      it.currency === currency,
  );
  return owned ?? (moneyOf(outcome).length > 0 ? suspenseAccount(state, currency) : undefined);
}

/** By transaction: what it has posted, promises, or holds. The hold is of whoever brought the chain home. */
function moneyOf(outcome: ChainOutcome): { readonly transactionToken: string; readonly amountMinor: bigint }[] {
  const { postings, expectedCredits, hold, home } = outcome;
  const parts = [
    ...postings.map((it) => ({ ...it, amountMinor: it.amountMinor < 0n ? -it.amountMinor : it.amountMinor })),
    ...expectedCredits,
    { transactionToken: home.transactionToken, amountMinor: hold.amountMinor },
  ];
  return [...Map.groupBy(parts, (it) => it.transactionToken)]
    .map(([transactionToken, of]) => ({
      transactionToken,
      amountMinor: of.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    }))
    .filter(({ amountMinor }) => amountMinor > 0n);
}

/** Opened for whatever needs it first; where the currency is none, there is nothing to book. */
function suspenseAccount(state: LedgerState, currency: string): ModelAccount | undefined {
  if (exponentOf(currency) === undefined) return undefined;
  const accountId = suspenseName(currency);
  const account = state.accounts.get(accountId) ?? {
    accountId,
    owner: undefined,
    currency,
    state: 'open',
    postedMinor: 0n,
    heldMinor: 0n,
    pendingCreditMinor: 0n,
    creditLineMinor: 0n,
  };
  state.accounts.set(accountId, account);
  return account;
}

/** Money that is nobody's, or is of a closed account, is listed with the transaction that brings it. */
function exceptionsOf(account: ModelAccount | undefined, outcome: ChainOutcome): RecordException[] {
  if (account === undefined || (account.owner !== undefined && account.state !== 'closed')) return [];
  const reason = account.owner === undefined ? 'no_account' : 'account_closed';
  return moneyOf(outcome).map((money) => ({ ...money, reason }));
}

/** Those that the first decision of ours counted against; where none did, those that apply to the first record and its home. */
function limitsOf(
  state: LedgerState,
  decisions: readonly LinkedDecision[],
  records: readonly TransactionRecord[],
  { counts }: ChainOutcome,
  account: ModelAccount,
): ModelChain['limits'] {
  if (decisions.some(({ limitIds }) => limitIds !== undefined))
    return counts.limitIds.map((limitId) => ({ limitId, window: windowOf(state, limitId) }));
  const first = chainSteps(decisions, records).steps.find(({ record }) => record !== undefined)?.record;
  if (first === undefined) return [];
  const { owner, actingUserToken, cardToken, currency } = first;
  const isSubject = ({ kind, token }: Limit['subject']): boolean =>
    (kind === 'account' && token === account.accountId) ||
    (kind === 'card' && token === cardToken) ||
    (kind === 'user' && token === actingUserToken) ||
    (kind === owner?.kind && token === owner.token);
  return state.limits.filter((it) => it.window !== 'transaction' && it.currency === currency && isSubject(it.subject));
}

/** A limit that was never put is known from what decisions took of it. */
function windowOf({ limits, decisions }: LedgerState, limitId: number): Limit['window'] {
  const taken = decisions.flatMap((decision) => decision.taken).find((demand) => demand.limitId === limitId);
  return limits.find((limit) => limit.limitId === limitId)?.window ?? taken?.window ?? 'day';
}

/** Hold, promises, money and counts of a chain, onto the sums of its account. */
export function bookChain(state: LedgerState, { outcome, accountId, limits }: ModelChain): void {
  const account = accountId === undefined ? undefined : state.accounts.get(accountId);
  if (account === undefined || accountId === undefined) return;
  const { chainToken, hold, expectedCredits, postings, counts, countedAtMs } = outcome;
  if (hold.amountMinor > 0n)
    state.holds.set(ledgerKey(accountId, chainToken), { accountId, chainToken, countedAtMs, ...hold });
  account.heldMinor += hold.amountMinor;
  for (const { transactionToken, amountMinor } of expectedCredits) {
    state.expectedCredits.set(ledgerKey(accountId, transactionToken), { accountId, transactionToken, amountMinor });
    account.pendingCreditMinor += amountMinor;
  }
  for (const { transactionToken, counterpart, amountMinor } of postings) {
    const ledgerTransactionId = ledgerKey('record', transactionToken, counterpart);
    const both = { ledgerTransactionId, accountId, transactionToken };
    state.entries.push(
      { ...both, book: 'account', amountMinor },
      { ...both, book: counterpart, amountMinor: -amountMinor },
    );
    account.postedMinor += amountMinor;
  }
  for (const { limitId, window } of limits) {
    if (window === 'transaction') continue;
    const { amountMinor, count } = counts;
    countUp(state, { accountId, limitId, windowStart: windowStart(window, countedAtMs), amountMinor, count });
  }
}
