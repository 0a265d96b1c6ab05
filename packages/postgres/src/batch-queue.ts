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

export interface BatchQueueOptions {
  readonly batchMax: number;
  readonly inFlightMax: number;
  readonly queueMax: number;
  readonly clock: () => number;
  /** Sends a batch; every element is settled or failed when it resolves. Must not throw. */
  readonly send: (batch: readonly Waiting[]) => Promise<void>;
}

class Entry implements Waiting {
  readonly proposal: Proposal;
  readonly deadlineMs: number;
  uncertain = false;
  sent = false;
  done = false;
  /** Same content under the same token, asked while this one is under way: answered as repeats of it. */
  followers: Entry[] | undefined;
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
}

/**
 * Collects proposals while commits are under way. At low load a batch is one request and waits for nothing; under load
 * what arrives during a commit travels together in the next one. No two proposals under way share a token: equal ones
 * follow the first, others wait for it.
 */
export function createBatchQueue(options: BatchQueueOptions) {
  let queue: Entry[] = [];
  let inFlight = 0;
  /** Entries under way by message token and by transaction token. */
  const underWay = new Map<string, Entry>();
  const expiring = new Set<Entry>();
  let sweep: ReturnType<typeof setInterval> | undefined;
  let whenIdle: (() => void)[] = [];

  function add(proposal: Proposal, deadlineMs: number): Promise<CommitResult> {
    return new Promise((resolve, reject) => {
      const entry = new Entry(proposal, deadlineMs, resolve, reject);
      if (deadlineMs <= options.clock()) return entry.fail(new Fault('unavailable', 'the deadline has passed'));
      if (queue.length >= options.queueMax)
        return entry.fail(new Fault('unavailable', 'too many authorizations are waiting'));
      watch(entry);
      if (follow(entry)) return;
      queue.push(entry);
      pump();
    });
  }

  function follow(entry: Entry): boolean {
    const { request } = entry.proposal;
    const leader = underWay.get(messageKey(entry)) ?? underWay.get(transactionKey(entry));
    if (leader === undefined || leader.proposal.request.fingerprint !== request.fingerprint) return false;
    entry.sent = true;
    (leader.followers ??= []).push(entry);
    return true;
  }

  function pump(): void {
    while (inFlight < options.inFlightMax && queue.length > 0) {
      const batch = take();
      if (batch.length === 0) return;
      inFlight++;
      void options.send(batch).finally(() => land(batch));
    }
  }

  function take(): Entry[] {
    const batch: Entry[] = [];
    const rest: Entry[] = [];
    const nowMs = options.clock();
    for (const entry of queue) {
      if (entry.done) continue;
      if (entry.deadlineMs <= nowMs) entry.expire();
      else if (batch.length >= options.batchMax) rest.push(entry);
      else if (underWay.has(messageKey(entry)) || underWay.has(transactionKey(entry)))
        follow(entry) || rest.push(entry);
      else {
        entry.sent = true;
        underWay.set(messageKey(entry), entry);
        underWay.set(transactionKey(entry), entry);
        batch.push(entry);
      }
    }
    queue = rest;
    return batch;
  }

  function land(batch: readonly Entry[]): void {
    inFlight--;
    for (const entry of batch) {
      underWay.delete(messageKey(entry));
      underWay.delete(transactionKey(entry));
    }
    pump();
    if (inFlight === 0 && queue.length === 0) {
      for (const resolve of whenIdle) resolve();
      whenIdle = [];
    }
  }

  /** One timer for all: a timer per request would cost more than it is worth. */
  function watch(entry: Entry): void {
    expiring.add(entry);
    sweep ??= setInterval(() => {
      const nowMs = options.clock();
      for (const each of expiring) {
        if (each.deadlineMs <= nowMs) each.expire();
        if (each.done) expiring.delete(each);
      }
      if (expiring.size === 0) {
        clearInterval(sweep);
        sweep = undefined;
      }
    }, 10);
  }

  return {
    add,
    statistics: () => ({ queued: queue.length, inFlight }),
    drained: (): Promise<void> =>
      inFlight === 0 && queue.length === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve)),
  };
}

function messageKey(entry: Entry): string {
  return `m ${entry.proposal.request.messageToken}`;
}

function transactionKey(entry: Entry): string {
  return `t ${entry.proposal.request.transactionToken}`;
}
