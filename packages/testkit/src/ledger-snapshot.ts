import type { Balances, DeclineReason } from '@freeway/core';
import { balancesOf } from './ledger-state.ts';
import type { LedgerState } from './ledger-state.ts';

/** The observable content of a ledger, sorted, for comparing two of them. Undefined members are left out. */
export interface LedgerSnapshot {
  readonly accounts: readonly (Balances & { readonly accountId: string })[];
  readonly holds: readonly {
    readonly accountId: string;
    readonly chainToken: string;
    readonly amountMinor: bigint;
    readonly messageClass: 'dual' | 'single';
    readonly countedAtMs: number;
    readonly expiresAtMs?: number;
  }[];
  readonly expectedCredits: readonly {
    readonly accountId: string;
    readonly transactionToken: string;
    readonly amountMinor: bigint;
  }[];
  /** Counters that stand at zero amount and zero count are left out. */
  readonly counters: readonly {
    readonly accountId: string;
    readonly limitId: number;
    readonly windowStart: string;
    readonly amountMinor: bigint;
    readonly count: number;
  }[];
  readonly decisions: readonly {
    readonly transactionToken: string;
    readonly messageToken: string;
    readonly accountId?: string;
    readonly outcome: 'approve' | 'decline';
    readonly reason?: DeclineReason;
    readonly limitId?: number;
    /** 1 in a true ledger. */
    readonly outboxRows: number;
  }[];
}

export function snapshotLedger(state: LedgerState): LedgerSnapshot {
  return sortSnapshot({
    accounts: [...state.accounts.values()].map((account) => ({ accountId: account.accountId, ...balancesOf(account) })),
    holds: [...state.holds.values()].map(({ expiresAtMs, ...hold }) => ({
      ...hold,
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    })),
    expectedCredits: [...state.expectedCredits.values()].map((credit) => ({ ...credit })),
    counters: [...state.counters.values()]
      .filter((counter) => counter.amountMinor !== 0n || counter.count !== 0)
      .map((counter) => ({ ...counter })),
    decisions: state.decisions.map(
      ({ decisionId, transactionToken, messageToken, accountId, outcome, reason, limitId }) => ({
        transactionToken,
        messageToken,
        outcome,
        ...(accountId === undefined ? {} : { accountId }),
        ...(reason === undefined ? {} : { reason }),
        ...(limitId === undefined ? {} : { limitId }),
        outboxRows: state.outbox.filter((row) => row.decisionId === decisionId).length,
      }),
    ),
  });
}

/** Rows in one order whatever the source: by their keys as text. */
export function sortSnapshot(snapshot: LedgerSnapshot): LedgerSnapshot {
  return {
    accounts: sortBy(snapshot.accounts, (row) => row.accountId),
    holds: sortBy(snapshot.holds, (row) => `${row.accountId} ${row.chainToken}`),
    expectedCredits: sortBy(snapshot.expectedCredits, (row) => `${row.accountId} ${row.transactionToken}`),
    counters: sortBy(snapshot.counters, (row) => `${row.accountId} ${row.limitId} ${row.windowStart}`),
    decisions: sortBy(snapshot.decisions, (row) => row.transactionToken),
  };
}

function sortBy<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
