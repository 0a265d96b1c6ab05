import type { LedgerState, ModelDecision } from './ledger-state.ts';

/** What the platform has said of the transaction, as far as that is known. */
export function platformWord(state: LedgerState, decision: ModelDecision): 'approved' | 'refused' | undefined {
  const chains = state.chains.filter((chain) => chain.currency === decision.currency);
  return chains.flatMap((chain) => chain.outcome.decided.get(decision.transactionToken) ?? [])[0];
}
