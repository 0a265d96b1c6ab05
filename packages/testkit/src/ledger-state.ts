import type {
  AccountState,
  Balances,
  ChainDecision,
  ChainOutcome,
  ChainPolicy,
  CounterDemand,
  Counterpart,
  DeclineReason,
  Limit,
  OwnerRef,
  RecordException,
  TransactionRecord,
} from '@freeway/core';

export interface ModelAccount {
  readonly accountId: string;
  /** Undefined: nobody's, the suspense account of its currency (money.md *nobody's money*). */
  readonly owner: OwnerRef | undefined;
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
  /** `none`: a decline, or what moves nothing. */
  readonly effect: ChainDecision['effect'] | 'none';
  readonly messageClass: 'dual' | 'single';
  readonly amountMinor: bigint;
  readonly currency: string;
  /** As it was proposed. */
  readonly chainToken: string;
  readonly createdAtMs: number;
  readonly countedAtMs: number;
  readonly expiresAtMs: number | undefined;
  /** What the decision took from counters; empty for a decline. */
  readonly taken: readonly CounterDemand[];
  /** Records came first: it reserved nothing, its chain tells what it holds. */
  readonly isOvertaken: boolean;
  /** Told by the operator at the cut-over. */
  readonly isImported: boolean;
  /** Undone since its caller had been told no; what it took, it gave back. */
  readonly isVoided: boolean;
}

/** Money that an operator moved; signed, the account's side. */
export interface ModelMove {
  readonly key: string;
  readonly accountId: string;
  readonly counterpart: Counterpart;
  readonly amountMinor: bigint;
}

/** One side of booked money: positive for what the cardholder's account (or the counterpart) gains. */
export interface ModelEntry {
  readonly ledgerTransactionId: string;
  /** The account whose ledger transaction it is. */
  readonly accountId: string;
  readonly book: 'account' | Counterpart;
  /** Absent: the operator's. */
  readonly transactionToken?: string;
  readonly amountMinor: bigint;
}

/** A chain that the platform has spoken of. */
export interface ModelChain {
  readonly currency: string;
  /** Every transaction and message that is of the chain or named by it. */
  readonly names: ReadonlySet<string>;
  readonly outcome: ChainOutcome;
  /** Undefined: its currency is none, so there is nothing to book. */
  readonly accountId: string | undefined;
  /** Those of the fold, and those of where it books. */
  readonly exceptions: readonly RecordException[];
  readonly limits: readonly Pick<Limit, 'limitId' | 'window'>[];
}

/**
 * Everything the ledger knows, in maps keyed by `ledgerKey`. First what happened, which only grows; then what it comes to,
 * which `settle` makes anew from that, and which a commit moves directly, as the hot path does. Mutable: only
 * `commitProposal`, `applyRecords` and commands write it.
 */
export interface LedgerState {
  readonly policy: ChainPolicy;
  readonly accounts: Map<string, ModelAccount>;
  readonly ownerVersions: Map<string, number>;
  readonly cardVersions: Map<string, number>;
  readonly limits: Limit[];
  readonly moves: ModelMove[];
  readonly decisions: ModelDecision[];
  readonly decisionsByMessage: Map<string, ModelDecision>;
  readonly decisionsByTransaction: Map<string, ModelDecision>;
  readonly records: TransactionRecord[];
  /** An operator's word on where a chain books, by one of the names that lead to it. */
  readonly assignments: { readonly name: string; readonly currency: string; readonly accountId: string }[];
  readonly outbox: { readonly decisionId: string; readonly record: string }[];

  readonly holds: Map<string, ModelHold>;
  readonly expectedCredits: Map<string, ModelExpectedCredit>;
  readonly counters: Map<string, ModelCounter>;
  readonly entries: ModelEntry[];
  readonly chains: ModelChain[];
}

export function emptyLedgerState(policy: ChainPolicy): LedgerState {
  return {
    policy,
    accounts: new Map(),
    ownerVersions: new Map(),
    cardVersions: new Map(),
    limits: [],
    moves: [],
    decisions: [],
    decisionsByMessage: new Map(),
    decisionsByTransaction: new Map(),
    records: [],
    assignments: [],
    outbox: [],
    holds: new Map(),
    expectedCredits: new Map(),
    counters: new Map(),
    entries: [],
    chains: [],
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
