import { windowStart } from '@freeway/core';
import { ledgerKey } from './ledger-state.ts';
import type { LedgerState, ModelDecision } from './ledger-state.ts';

/** What must hold at any moment, each breach as one sentence; empty when the books are true. */
export function ledgerInvariants(state: LedgerState): string[] {
  return [...accountBreaches(state), ...counterBreaches(state), ...bookBreaches(state), ...decisionBreaches(state)];
}

function accountBreaches(state: LedgerState): string[] {
  const breaches: string[] = [];
  for (const { accountId, heldMinor, pendingCreditMinor, postedMinor } of state.accounts.values()) {
    const ofAccount = (row: { readonly accountId: string }) => row.accountId === accountId;
    const holds = sum([...state.holds.values()].filter(ofAccount));
    const credits = sum([...state.expectedCredits.values()].filter(ofAccount));
    const entries = sum(state.entries.filter((entry) => entry.book === 'account').filter(ofAccount));
    if (holds !== heldMinor) breaches.push(`account ${accountId}: held ${heldMinor}, its holds sum to ${holds}`);
    if (credits !== pendingCreditMinor)
      breaches.push(`account ${accountId}: pending credit ${pendingCreditMinor}, expected credits sum to ${credits}`);
    if (entries !== postedMinor)
      breaches.push(`account ${accountId}: posted ${postedMinor}, its entries sum to ${entries}`);
  }
  for (const hold of state.holds.values())
    if (hold.amountMinor < 0n) breaches.push(`hold ${hold.chainToken}: below zero`);
  return breaches;
}

/** Counters are what the approved decisions took, and what chains count that the platform has spoken of; no more and no less. */
function counterBreaches(state: LedgerState): string[] {
  const counted = new Map<string, { amountMinor: bigint; count: number }>();
  const count = (key: string, amountMinor: bigint, times: number): void => {
    const total = counted.get(key) ?? { amountMinor: 0n, count: 0 };
    counted.set(key, { amountMinor: total.amountMinor + amountMinor, count: total.count + times });
  };
  const isFolded = ({ transactionToken, currency }: ModelDecision) =>
    state.chains.some((it) => it.currency === currency && it.names.has(`transaction ${transactionToken}`));
  for (const decision of state.decisions.filter((it) => !it.isVoided && !isFolded(it)))
    for (const { limitId, windowStart: start, amountMinor, count: times } of decision.taken)
      count(ledgerKey(decision.accountId ?? '', limitId, start), amountMinor, times);
  for (const { accountId, limits, outcome } of state.chains)
    for (const { limitId, window } of limits)
      if (accountId !== undefined && window !== 'transaction')
        count(
          ledgerKey(accountId, limitId, windowStart(window, outcome.countedAtMs)),
          outcome.counts.amountMinor,
          outcome.counts.count,
        );
  return [...new Set([...counted.keys(), ...state.counters.keys()])].flatMap((key) => {
    const [counter, total] = [state.counters.get(key), counted.get(key)];
    const equal =
      (counter?.amountMinor ?? 0n) === (total?.amountMinor ?? 0n) && (counter?.count ?? 0) === (total?.count ?? 0);
    return equal ? [] : [`counter ${key}: differs from what is counted`];
  });
}

function bookBreaches(state: LedgerState): string[] {
  const byTransaction = Map.groupBy(state.entries, (entry) => entry.ledgerTransactionId);
  return [...byTransaction].flatMap(([id, entries]) =>
    sum(entries) === 0n ? [] : [`ledger transaction ${id}: its entries sum to ${sum(entries)}`],
  );
}

function decisionBreaches(state: LedgerState): string[] {
  const rows = Map.groupBy(state.outbox, (row) => row.decisionId);
  const breaches = state.decisions.flatMap(({ decisionId, outcome, taken, isVoided }) => [
    ...(rows.get(decisionId)?.length === (isVoided ? 2 : 1)
      ? []
      : [`decision ${decisionId}: has not exactly one outbox row${isVoided ? ' besides that of its void' : ''}`]),
    ...(outcome === 'decline' && !isVoided && taken.length > 0
      ? [`decision ${decisionId}: a decline took from counters`]
      : []),
  ]);
  if (rows.size > state.decisions.length) breaches.push('outbox: a row without its decision');
  return breaches;
}

function sum(rows: readonly { readonly amountMinor: bigint }[]): bigint {
  return rows.reduce((total, row) => total + row.amountMinor, 0n);
}
