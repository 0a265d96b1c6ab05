import type { AuthorizationRequest } from '../authorization-request.ts';
import type { Decision } from '../decision.ts';
import type { DeclineReason } from '../decline-reason.ts';
import type { OwnerRef } from '../facts.ts';

/** What the gateway proposes to the ledger: the decision, and the versions of the facts it was made on. */
export interface Proposal {
  readonly request: AuthorizationRequest;
  readonly decision: Decision;
  /** Undefined: the decision is stored under the null account so that it repeats too (money.md *two keys*). */
  readonly accountId?: string;
  /** First transaction of the chain; the request's own transaction unless it follows another. */
  readonly chainToken: string;
  /** Selects counter windows: the chain's first authorization (money.md *window*). */
  readonly countedAtMs: number;
  readonly versions: FactVersions;
  /** What the archive shall know of the request besides the decision; stored with the outbox row. JSON. */
  readonly record: string;
  /** Names the arrival that proposes, a bigint as text: what it committed, and nothing else, it may void. */
  readonly attemptId?: string;
}

/** Versions that the commit compares with its own; 0 means the fact did not exist. Absent: not looked up. */
export interface FactVersions {
  readonly owner?: { readonly ref: OwnerRef; readonly version: number };
  readonly actingUser?: { readonly token: string; readonly version: number };
  readonly card?: { readonly token: string; readonly version: number };
}

/** Balances of one account, minor units. Available = posted - held + credit line. */
export interface Balances {
  readonly currency: string;
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingCreditMinor: bigint;
  readonly creditLineMinor: bigint;
}

/** The decision as stored. A repeat of the request gets exactly this, encoded with its own token. */
export interface StoredDecision {
  readonly decisionId: string;
  readonly outcome: 'approve' | 'decline';
  readonly reason?: DeclineReason;
  readonly limitId?: number;
}

export type CommitResult =
  /** Stored and durable now. */
  | { readonly status: 'committed'; readonly decision: StoredDecision; readonly balances?: Balances }
  /** An equal request was decided before: its stored decision. */
  | { readonly status: 'repeat'; readonly decision: StoredDecision; readonly balances?: Balances }
  /** A token was used before with other content: decline `token_reused`; nothing was stored. */
  | { readonly status: 'token_reused' }
  /** The facts changed since they were read: load afresh, decide again. Nothing was stored. */
  | { readonly status: 'stale' };

/** The one verb of the hot path. */
export interface AuthorizationLedger {
  /**
   * Commits one proposal durably, in a batch with whatever else is waiting.
   * @param deadlineMs monotonic time (as of a monotonic clock) after which the caller no longer waits
   * @throws Fault `unavailable` when nothing was sent, `outcome_unknown` when a commit may be under way
   */
  authorize(proposal: Proposal, deadlineMs: number): Promise<CommitResult>;
}
