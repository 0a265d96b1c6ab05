import type { Limit, OwnerRef, Proposal } from '@freeway/core';
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

/**
 * What happens to a ledger, as plain data: set-up, then batches of proposals in their order. Account ids and limit ids
 * are the history's own names; `replayHistory` translates them for a ledger that gives its own.
 */
export interface LedgerHistory {
  readonly setUp: readonly OperatorCommand[];
  /** The limits that counters refer to, in ascending order of `limitId`; the subject is always an account. */
  readonly limits: readonly Limit[];
  readonly batches: readonly (readonly PlannedProposal[])[];
}
