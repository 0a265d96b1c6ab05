import type { AuthorizationLedger, Balances, CommitResult, OwnerRef, Proposal } from '@freeway/core';
import { commitProposal } from './commit-proposal.ts';
import { ledgerInvariants } from './ledger-invariants.ts';
import { snapshotLedger } from './ledger-snapshot.ts';
import type { LedgerSnapshot } from './ledger-snapshot.ts';
import { balancesOf, emptyLedgerState, ledgerKey } from './ledger-state.ts';
import { applyOperatorCommand } from './operator-command.ts';
import type { OperatorCommand } from './operator-command.ts';

export interface MemoryLedger extends AuthorizationLedger {
  /** `authorize` without the promise. */
  commit(proposal: Proposal): CommitResult;
  apply(command: OperatorCommand): void;
  balances(accountId: string): Balances | undefined;
  /** 0: absent. */
  ownerVersion(ref: OwnerRef): number;
  cardVersion(token: string): number;
  snapshot(): LedgerSnapshot;
  /** Each breach as one sentence; empty when the books are true. */
  invariants(): string[];
}

/**
 * The ledger as a small model: the specification that the SQL is tested against, and a stand-in where a test needs a
 * ledger but not its durability. Never late, so it needs no deadline.
 */
export function createMemoryLedger(): MemoryLedger {
  const state = emptyLedgerState();
  const commit = (proposal: Proposal) => commitProposal(state, proposal);
  return {
    commit,
    authorize: async (proposal) => commit(proposal),
    apply: (command) => applyOperatorCommand(state, command),
    balances: (accountId) => {
      const account = state.accounts.get(accountId);
      return account && balancesOf(account);
    },
    ownerVersion: (ref) => state.ownerVersions.get(ledgerKey(ref.kind, ref.token)) ?? 0,
    cardVersion: (token) => state.cardVersions.get(token) ?? 0,
    snapshot: () => snapshotLedger(state),
    invariants: () => ledgerInvariants(state),
  };
}
