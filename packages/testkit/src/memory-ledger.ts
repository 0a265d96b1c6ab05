import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import type {
  AppliedRecord,
  AuthorizationLedger,
  Balances,
  ChainPolicy,
  CommitResult,
  Limit,
  OwnerRef,
  Proposal,
  RecordLedger,
  TransactionRecord,
} from '@freeway/core';
import { applyRecords } from './apply-records.ts';
import { assignChain } from './assign-chain.ts';
import { commitProposal } from './commit-proposal.ts';
import type { NamedChain } from './history.ts';
import { ledgerInvariants } from './ledger-invariants.ts';
import { snapshotLedger } from './ledger-snapshot.ts';
import type { LedgerSnapshot } from './ledger-snapshot.ts';
import { balancesOf, emptyLedgerState, ledgerKey } from './ledger-state.ts';
import { applyOperatorCommand } from './operator-command.ts';
import type { OperatorCommand } from './operator-command.ts';
import { settle } from './settle.ts';
import { voidApproval, type VoidOutcome } from './void-approval.ts';

export interface MemoryLedger extends AuthorizationLedger, RecordLedger {
  /** One of a batch: what it moves shows to the next, and chains that records know are folded by `settle`. */
  commit(proposal: Proposal): CommitResult;
  /** `applyRecords` without the promise. */
  record(records: readonly TransactionRecord[]): AppliedRecord[];
  /** Undoes an approval whose caller had been told no. */
  voidApproval(messageToken: string): VoidOutcome;
  /** Books a chain of records to another account from now on; nothing where there is none. */
  assign(chain: NamedChain, accountId: string): void;
  /** Folds what commits have touched since. */
  settle(): void;
  apply(command: OperatorCommand): void;
  /** A limit that chains may count against of which no decision of ours says so. */
  putLimit(limit: Limit): void;
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
export function createMemoryLedger(policy: ChainPolicy = DEFAULT_CHAIN_POLICY): MemoryLedger {
  const state = emptyLedgerState(policy);
  const commit = (proposal: Proposal) => commitProposal(state, proposal);
  const record = (records: readonly TransactionRecord[]) => applyRecords(state, records);
  return {
    commit,
    authorize: async (proposal) => {
      const result = commit(proposal);
      settle(state);
      return result;
    },
    record,
    applyRecords: async (records) => record(records),
    voidApproval: (messageToken) => voidApproval(state, messageToken),
    assign: (chain, accountId) => assignChain(state, chain, accountId),
    settle: () => settle(state),
    apply: (command) => applyOperatorCommand(state, command),
    putLimit: (limit) => void state.limits.push(limit),
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
