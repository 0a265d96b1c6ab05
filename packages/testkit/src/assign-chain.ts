import type { NamedChain } from './history.ts';
import type { LedgerState } from './ledger-state.ts';
import { settle } from './settle.ts';

/** An operator's word on where a chain books (money.md *nobody's money*): it stays, also when the chain joins others. */
export function assignChain(state: LedgerState, { transactionToken, currency }: NamedChain, accountId: string): void {
  const name = `transaction ${transactionToken}`;
  const chain = state.chains.find((it) => it.currency === currency && it.names.has(name));
  if (chain === undefined) return;
  state.assignments.push({ name: `transaction ${chain.outcome.chainToken}`, currency, accountId });
  settle(state);
}
