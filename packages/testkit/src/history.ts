import type { Limit, OwnerRef, Proposal, TransactionRecord } from '@freeway/core';
import type { OperatorCommand } from './operator-command.ts';

/** What a planned proposal says it has seen of a fact: `ahead` and `gone` differ from a fact that is there. */
export type SeenVersion = 'current' | 'ahead' | 'gone';

/** A proposal whose versions are told relative to those of the ledger it will meet. */
export interface PlannedProposal extends Omit<Proposal, 'versions'> {
  readonly seen: {
    readonly owner?: { readonly ref: OwnerRef; readonly version: SeenVersion };
    readonly actingUser?: { readonly token: string; readonly version: SeenVersion };
    readonly card?: { readonly token: string; readonly version: SeenVersion };
  };
}

/** What comes to a ledger at once. */
export type LedgerStep =
  | { readonly verb: 'authorize'; readonly proposals: readonly PlannedProposal[] }
  | { readonly verb: 'record'; readonly records: readonly TransactionRecord[] }
  // an approval that landed after its caller was told no
  | { readonly verb: 'void'; readonly messageToken: string }
  // where the operator wants a chain booked that records know
  | ({ readonly verb: 'assign'; readonly accountId: string } & NamedChain);

/** A chain by any transaction of it. */
export interface NamedChain {
  readonly transactionToken: string;
  readonly currency: string;
}

/**
 * What happens to a ledger, as plain data: set-up, then batches in their order. Account ids and limit ids are the
 * history's own names; `replayHistory` translates them for a ledger that gives its own.
 */
export interface LedgerHistory {
  readonly setUp: readonly OperatorCommand[];
  /** The limits that counters refer to, in ascending order of `limitId`. */
  readonly limits: readonly Limit[];
  readonly steps: readonly LedgerStep[];
}
