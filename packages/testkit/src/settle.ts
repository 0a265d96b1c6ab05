import type { LedgerState, ModelDecision, ModelMove } from './ledger-state.ts';
import { bookChain, modelChainOf } from './records/book-chain.ts';
import { type ChainEvent, linkChains } from './records/link-chains.ts';
import { giveBack, reserve } from './reserve.ts';

/**
 * What the ledger comes to, made anew from all that happened: what operators moved, what decisions reserved of which the
 * platform has not spoken yet, and the fold of every chain of which it has (money.md *chains are folds*).
 */
export function settle(state: LedgerState): void {
  forgetSums(state);
  for (const move of state.moves) bookMove(state, move);
  const chains = linkChains(eventsOf(state)).filter((events) => events.some(({ source }) => source === 'record'));
  const folded = new Set(
    chains.flat().flatMap((event) => (event.source === 'decision' ? event.decision.transactionToken : [])),
  );
  for (const decision of state.decisions) {
    const account = decision.accountId === undefined ? undefined : state.accounts.get(decision.accountId);
    if (account === undefined || folded.has(decision.transactionToken)) continue;
    reserve(state, decision, account, decision.chainToken);
    if (decision.isVoided) giveBack(state, decision, account, decision.chainToken);
  }
  for (const events of chains) {
    const chain = modelChainOf(state, events);
    state.chains.push(chain);
    bookChain(state, chain);
  }
}

function forgetSums(state: LedgerState): void {
  for (const account of state.accounts.values()) {
    if (account.owner === undefined) state.accounts.delete(account.accountId);
    account.postedMinor = 0n;
    account.heldMinor = 0n;
    account.pendingCreditMinor = 0n;
  }
  state.holds.clear();
  state.expectedCredits.clear();
  state.counters.clear();
  state.entries.splice(0);
  state.chains.splice(0);
}

/** Books what an operator moved. */
export function bookMove(state: LedgerState, { key, accountId, counterpart, amountMinor }: ModelMove): void {
  const account = state.accounts.get(accountId);
  if (account === undefined) throw new Error(`no account ${accountId}`);
  account.postedMinor += amountMinor;
  state.entries.push(
    { ledgerTransactionId: key, accountId, book: 'account', amountMinor },
    { ledgerTransactionId: key, accountId, book: counterpart, amountMinor: -amountMinor },
  );
}

function eventsOf({ decisions, records }: LedgerState): ChainEvent[] {
  return [...decisions.map(decisionEvent), ...records.map((record): ChainEvent => ({ source: 'record', record }))];
}

/** Only approvals that moved something, and that stand, are steps of a chain; the others know what belongs together. */
function decisionEvent(decision: ModelDecision): ChainEvent {
  const { effect, accountId, expiresAtMs, isOvertaken, taken, ...rest } = decision;
  if (effect === 'none' || accountId === undefined || decision.isVoided) return { source: 'mention', decision };
  const linked = {
    ...rest,
    effect,
    accountId,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    // Credits take nothing from counters, so that they say nothing of what their chain counts against.
    ...(isOvertaken || effect === 'expected_credit' ? {} : { limitIds: taken.map(({ limitId }) => limitId) }),
  };
  return { source: 'decision', decision: linked };
}
