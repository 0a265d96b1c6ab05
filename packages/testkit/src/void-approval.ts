import type { LedgerState, ModelDecision } from './ledger-state.ts';
import { platformWord } from './platform-word.ts';
import { settle } from './settle.ts';

/** What came of an approval whose caller had been told no (money.md *doubt*). */
export type VoidOutcome = 'voided' | 'confirmed' | 'declined' | 'absent';

/** Undoes it, amount and count, unless the platform has spoken: the stored decision becomes the answer that was given. */
export function voidApproval(state: LedgerState, messageToken: string): VoidOutcome {
  const decision = state.decisionsByMessage.get(messageToken);
  if (decision === undefined) return 'absent';
  if (decision.outcome === 'decline') return 'declined';
  const word = platformWord(state, decision);
  if (word !== undefined) return word === 'approved' ? 'confirmed' : 'declined';
  const voided: ModelDecision = { ...decision, outcome: 'decline', reason: 'ledger_unavailable', isVoided: true };
  state.decisions[state.decisions.indexOf(decision)] = voided;
  state.decisionsByMessage.set(messageToken, voided);
  state.decisionsByTransaction.set(voided.transactionToken, voided);
  state.outbox.push({ decisionId: voided.decisionId, record: '{"source":"void"}' });
  settle(state);
  return 'voided';
}
