import { type CommitResult, Fault, type Proposal } from '@freeway/core';

/** Where a proposal is on its way to a commit, as far as the server knows of it. */
type Sending = 'not_sent' | 'on_the_server' | 'outcome_unknown';

/** One proposal on its way to a commit, with whoever else asked the very same meanwhile. */
export class BatchEntry {
  readonly proposal: Proposal;
  readonly deadlineMs: number;
  readonly addedAtMs: number;
  sending: Sending = 'not_sent';
  /** The caller has its answer, or waits no longer. */
  isDone = false;
  /** The account was locked by someone else when this was sent last: it must not make others wait again. */
  metLockedAccount = false;
  readonly #resolve: (result: CommitResult) => void;
  readonly #reject: (fault: Fault) => void;
  /** Same content under the same token, asked while this one is under way: answered as repeats of it. */
  readonly #followers: BatchEntry[] = [];
  #outcome: CommitResult | Fault | undefined;

  constructor(
    proposal: Proposal,
    addedAtMs: number,
    deadlineMs: number,
    resolve: (result: CommitResult) => void,
    reject: (fault: Fault) => void,
  ) {
    this.proposal = proposal;
    this.addedAtMs = addedAtMs;
    this.deadlineMs = deadlineMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Whether the other asks the very same. */
  isAskedBy({ proposal }: BatchEntry): boolean {
    return this.proposal.request.fingerprint === proposal.request.fingerprint;
  }

  /** Answers another entry with what comes, or came, of this one. */
  lead(follower: BatchEntry): void {
    follower.sending = this.sending;
    if (this.#outcome === undefined) this.#followers.push(follower);
    else follower.#take(repeatOf(this.#outcome));
  }

  settle(result: CommitResult): void {
    this.#take(result);
  }

  fail(fault: Fault): void {
    this.#take(fault);
  }

  #take(outcome: CommitResult | Fault): void {
    this.#outcome = outcome;
    this.#answer(outcome);
    for (const follower of this.#followers) follower.#take(repeatOf(outcome));
  }

  #answer(outcome: CommitResult | Fault): void {
    this.isDone = true;
    if (outcome instanceof Fault) this.#reject(outcome);
    else this.#resolve(outcome);
  }

  /** The caller no longer waits. A commit that is under way goes on (others ride in it); one that is not is not begun. */
  expire(): void {
    if (this.isDone) return;
    const code = this.sending === 'not_sent' ? 'unavailable' : 'outcome_unknown';
    this.#answer(new Fault(code, 'the deadline passed before the ledger answered'));
  }

  /** Tells those whose time has come by now that they are late. */
  expireBy(timeMs: number): void {
    if (this.deadlineMs <= timeMs) this.expire();
    for (const follower of this.#followers) follower.expireBy(timeMs);
  }

  /** Whether anybody still waits at this time: work that cannot meet its deadline is not started (money.md *deadline*). */
  isWantedAt(timeMs: number): boolean {
    return (
      (!this.isDone && this.deadlineMs > timeMs) ||
      (this.#outcome === undefined && this.#followers.some((follower) => follower.isWantedAt(timeMs)))
    );
  }
}

function repeatOf(outcome: CommitResult | Fault): CommitResult | Fault {
  return !(outcome instanceof Fault) && outcome.status === 'committed' ? { ...outcome, status: 'repeat' } : outcome;
}
