import type { Balances, Counterpart, DeclineReason, RecordExceptionReason } from '@freeway/core';
import { balancesOf } from './ledger-state.ts';
import type { LedgerState, ModelDecision } from './ledger-state.ts';
import { platformWord } from './platform-word.ts';

/** The observable content of a ledger, sorted, for comparing two of them. Undefined members are left out. */
export interface LedgerSnapshot {
  /** Suspense accounts are named by `suspenseName`, and left out while all is zero: when they were opened says nothing. */
  readonly accounts: readonly (Balances & { readonly accountId: string })[];
  /** Holds of nothing are left out. */
  readonly holds: readonly {
    readonly accountId: string;
    readonly chainToken: string;
    readonly amountMinor: bigint;
    readonly messageClass: 'dual' | 'single';
    readonly countedAtMs: number;
    readonly expiresAtMs?: number;
  }[];
  /** Credits of which nothing is expected any more are left out. */
  readonly expectedCredits: readonly {
    readonly accountId: string;
    readonly transactionToken: string;
    readonly amountMinor: bigint;
  }[];
  /** What records have booked, the account's side; corrections added up, zero left out. */
  readonly postings: readonly {
    readonly accountId: string;
    readonly transactionToken: string;
    readonly counterpart: Counterpart;
    readonly amountMinor: bigint;
  }[];
  /** The operator's list, as far as it is open. */
  readonly exceptions: readonly {
    readonly chainToken: string;
    /** A token may name a chain in each currency. */
    readonly currency: string;
    readonly transactionToken: string;
    readonly reason: RecordExceptionReason;
    readonly amountMinor: bigint;
    readonly accountId?: string;
  }[];
  /** Counters that stand at zero amount and zero count are left out. */
  readonly counters: readonly {
    readonly accountId: string;
    readonly limitId: number;
    readonly windowStart: string;
    readonly amountMinor: bigint;
    readonly count: number;
  }[];
  /** Without those that were imported. */
  readonly decisions: readonly {
    readonly transactionToken: string;
    readonly messageToken: string;
    readonly accountId?: string;
    readonly outcome: 'approve' | 'decline';
    readonly reason?: DeclineReason;
    readonly limitId?: number;
    /** What the platform has said of the transaction (money.md *doubt*). */
    readonly confirmed?: 'approved' | 'refused';
    /** 1 in a true ledger, and one more where it was voided. */
    readonly outboxRows: number;
  }[];
}

/** The name of a currency's suspense account in a snapshot (money.md *nobody's money*). */
export function suspenseName(currency: string): string {
  return `suspense ${currency}`;
}

export function snapshotLedger(state: LedgerState): LedgerSnapshot {
  return sortSnapshot({
    accounts: [...state.accounts.values()].map((account) => ({ accountId: account.accountId, ...balancesOf(account) })),
    holds: [...state.holds.values()].map(({ expiresAtMs, ...hold }) => ({
      ...hold,
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    })),
    expectedCredits: [...state.expectedCredits.values()].map((credit) => ({ ...credit })),
    postings: state.entries.flatMap(({ accountId, transactionToken, book, amountMinor }) =>
      transactionToken === undefined || book === 'account'
        ? []
        : [{ accountId, transactionToken, counterpart: book, amountMinor: -amountMinor }],
    ),
    exceptions: state.chains.flatMap(({ outcome, currency, accountId, exceptions }) =>
      exceptions.map((exception) => ({
        chainToken: outcome.chainToken,
        currency,
        ...exception,
        ...(accountId === undefined ? {} : { accountId }),
      })),
    ),
    counters: [...state.counters.values()].map((counter) => ({ ...counter })),
    decisions: state.decisions
      .filter(({ isImported }) => !isImported)
      .map((decision) => snapshotDecision(state, decision)),
  });
}

function snapshotDecision(state: LedgerState, decision: ModelDecision): LedgerSnapshot['decisions'][number] {
  const { decisionId, transactionToken, messageToken, accountId, outcome, reason, limitId } = decision;
  const confirmed = platformWord(state, decision);
  return {
    transactionToken,
    messageToken,
    outcome,
    ...(accountId === undefined ? {} : { accountId }),
    ...(reason === undefined ? {} : { reason }),
    ...(limitId === undefined ? {} : { limitId }),
    ...(confirmed === undefined ? {} : { confirmed }),
    outboxRows: state.outbox.filter((row) => row.decisionId === decisionId).length,
  };
}

/** Rows in one order whatever the source, by their keys as text, and without those that say nothing. */
export function sortSnapshot(snapshot: LedgerSnapshot): LedgerSnapshot {
  return {
    accounts: sortBy(snapshot.accounts.filter(saysSomething), (row) => [row.accountId]),
    holds: sortBy(snapshot.holds.filter(isNotZero), (row) => [row.accountId, row.chainToken]),
    expectedCredits: sortBy(snapshot.expectedCredits.filter(isNotZero), (row) => [row.accountId, row.transactionToken]),
    postings: sortBy(snapshot.postings.filter(isNotZero), (row) => [
      row.accountId,
      row.transactionToken,
      row.counterpart,
    ]),
    exceptions: sortBy(snapshot.exceptions, (row) => [row.chainToken, row.currency, row.transactionToken, row.reason]),
    counters: sortBy(
      snapshot.counters.filter((row) => isNotZero(row) || row.count !== 0),
      (row) => [row.accountId, String(row.limitId), row.windowStart],
    ),
    decisions: sortBy(snapshot.decisions, (row) => [row.transactionToken]),
  };
}

function saysSomething(account: LedgerSnapshot['accounts'][number]): boolean {
  const { accountId, currency, postedMinor, heldMinor, pendingCreditMinor } = account;
  return accountId !== suspenseName(currency) || [postedMinor, heldMinor, pendingCreditMinor].some((sum) => sum !== 0n);
}

function isNotZero({ amountMinor }: { readonly amountMinor: bigint }): boolean {
  return amountMinor !== 0n;
}

function sortBy<Row>(rows: readonly Row[], key: (row: Row) => readonly string[]): Row[] {
  return rows.toSorted((a, b) => (JSON.stringify(key(a)) < JSON.stringify(key(b)) ? -1 : 1));
}
