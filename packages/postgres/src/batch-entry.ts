import { type CommitResult, Fault, type Proposal } from '@freeway/core';

/** One proposal on its way to a commit, with whoever else asked the very same meanwhile. */
export interface Waiting {
  readonly proposal: Proposal;
  readonly deadlineMs: number;
  /** True once a commit that carried it may have happened without our knowing. */
  uncertain: boolean;
  settle(result: CommitResult): void;
  fail(fault: Fault): void;
}

export class BatchEntry implements Waiting {
  readonly proposal: Proposal;
  readonly deadlineMs: number;
  uncertain = false;
  sent = false;
  done = false;
  /** Same content under the same token, asked while this one is under way: answered as repeats of it. */
  followers: BatchEntry[] | undefined;
  readonly #resolve: (result: CommitResult) => void;
  readonly #reject: (fault: Fault) => void;

  constructor(
    proposal: Proposal,
    deadlineMs: number,
    resolve: (result: CommitResult) => void,
    reject: (fault: Fault) => void,
  ) {
    this.proposal = proposal;
    this.deadlineMs = deadlineMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  settle(result: CommitResult): void {
    this.done = true;
    this.#resolve(result);
    const repeated = result.status === 'committed' ? { ...result, status: 'repeat' as const } : result;
    for (const follower of this.followers ?? []) follower.settle(repeated);
  }

  fail(fault: Fault): void {
    this.done = true;
    this.#reject(fault);
    for (const follower of this.followers ?? []) follower.fail(fault);
  }

  /** The caller no longer waits; the commit, if it is under way, goes on (others ride in it). */
  expire(): void {
    if (this.done) return;
    this.done = true;
    const code = this.sent ? 'outcome_unknown' : 'unavailable';
    this.#reject(new Fault(code, 'the deadline passed before the ledger answered'));
  }

  get messageKey(): string {
    return `m ${this.proposal.request.messageToken}`;
  }

  get transactionKey(): string {
    return `t ${this.proposal.request.transactionToken}`;
  }
}
