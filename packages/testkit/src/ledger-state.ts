import type { AccountState, Balances, CounterDemand, DeclineReason, OwnerRef } from '@freeway/core';

/** The other side of booked money (money.md *Books*). */
export type Counterpart = 'settlement' | 'funding' | 'fees' | 'adjustments' | 'disputes' | 'suspense';

export interface ModelAccount {
  readonly accountId: string;
  readonly owner: OwnerRef;
  readonly currency: string;
  readonly state: AccountState;
  postedMinor: bigint;
  heldMinor: bigint;
  pendingCreditMinor: bigint;
  creditLineMinor: bigint;
}

/** The open hold of one chain. */
export interface ModelHold {
  readonly accountId: string;
  readonly chainToken: string;
  readonly messageClass: 'dual' | 'single';
  readonly countedAtMs: number;
  amountMinor: bigint;
  /** The newest date in the chain wins (money.md *expiry*). */
  expiresAtMs: number | undefined;
}

/** Money promised by one transaction, not spendable. */
export interface ModelExpectedCredit {
  readonly accountId: string;
  readonly transactionToken: string;
  readonly amountMinor: bigint;
}

export interface ModelCounter {
  readonly accountId: string;
  readonly limitId: number;
  readonly windowStart: string;
  amountMinor: bigint;
  count: number;
}

export interface ModelDecision {
  readonly decisionId: string;
  readonly messageToken: string;
  readonly transactionToken: string;
  /** Undefined: the null account (money.md *two keys*). */
  readonly accountId: string | undefined;
  readonly fingerprint: string;
  readonly outcome: 'approve' | 'decline';
  readonly reason: DeclineReason | undefined;
  readonly limitId: number | undefined;
  /** What the decision took from counters; empty for a decline. */
  readonly taken: readonly CounterDemand[];
}

/** One side of booked money: positive for what the cardholder's account (or the counterpart) gains. */
export interface ModelEntry {
  readonly ledgerTransactionId: string;
  /** An account id or a counterpart's name. */
  readonly side: string;
  readonly amountMinor: bigint;
}

/** Everything the ledger knows, in maps keyed by `ledgerKey`. Mutable: only `commitProposal` and commands write it. */
export interface LedgerState {
  readonly accounts: Map<string, ModelAccount>;
  readonly ownerVersions: Map<string, number>;
  readonly cardVersions: Map<string, number>;
  readonly holds: Map<string, ModelHold>;
  readonly expectedCredits: Map<string, ModelExpectedCredit>;
  readonly counters: Map<string, ModelCounter>;
  readonly decisions: ModelDecision[];
  readonly decisionsByMessage: Map<string, ModelDecision>;
  readonly decisionsByTransaction: Map<string, ModelDecision>;
  readonly entries: ModelEntry[];
  readonly outbox: { readonly decisionId: string; readonly record: string }[];
}

export function emptyLedgerState(): LedgerState {
  return {
    accounts: new Map(),
    ownerVersions: new Map(),
    cardVersions: new Map(),
    holds: new Map(),
    expectedCredits: new Map(),
    counters: new Map(),
    decisions: [],
    decisionsByMessage: new Map(),
    decisionsByTransaction: new Map(),
    entries: [],
    outbox: [],
  };
}

/** One text for a compound key; JSON, so that no two lists of parts share one. */
export function ledgerKey(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

/** What an account may spend: posted - held + credit line. Expected credits are never spendable. */
export function availableMinor(account: ModelAccount): bigint {
  return account.postedMinor - account.heldMinor + account.creditLineMinor;
}

export function balancesOf(account: ModelAccount): Balances {
  const { currency, postedMinor, heldMinor, pendingCreditMinor, creditLineMinor } = account;
  return { currency, postedMinor, heldMinor, pendingCreditMinor, creditLineMinor };
}
