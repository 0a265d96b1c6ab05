import { type CommitResult, Fault, type Proposal } from '@freeway/core';
import { BatchEntry } from './batch-entry.ts';

export interface BatchQueueOptions {
  readonly batchMax: number;
  readonly inFlightMax: number;
  readonly queueMax: number;
  readonly clock: () => number;
  /**
   * Sends a batch. Every element is settled or failed when it resolves, but for those it returns: they are queued again
   * after a short pause. Must not throw.
   */
  readonly send: (batch: readonly BatchEntry[]) => Promise<readonly BatchEntry[]>;
}

const SWEEP_MS = 10;
const PAUSE_MS = 25;
/** Longer than a commit takes: what is under way is stuck, and who waits goes past it. */
const PATIENCE_MS = 20;

/**
 * Collects proposals while commits are under way. At low load a batch is one request and waits for nothing; under load
 * what arrives during a commit travels together in the next one, or at once when it fills a batch. No two proposals under
 * way share a token: equal ones follow the first, others wait for it. No two batches under way share an account.
 */
export class BatchQueue {
  readonly #options: BatchQueueOptions;
  #queue: BatchEntry[] = [];
  #inFlight = 0;
  #pausing = 0;
  /** Entries under way by message token and by transaction token. */
  readonly #underWay = new Map<string, BatchEntry>();
  /** Accounts that a batch under way will lock. */
  readonly #lockedAccounts = new Set<string>();
  readonly #expiring = new Set<BatchEntry>();
  #sweep: ReturnType<typeof setInterval> | undefined;
  #whenIdle: (() => void)[] = [];

  constructor(options: BatchQueueOptions) {
    this.#options = options;
  }

  add(proposal: Proposal, deadlineMs: number): Promise<CommitResult> {
    return new Promise((resolve, reject) => {
      const nowMs = this.#options.clock();
      const entry = new BatchEntry(proposal, nowMs, deadlineMs, resolve, reject);
      if (deadlineMs <= nowMs) return entry.fail(new Fault('unavailable', 'the deadline has passed'));
      if (this.#queue.length >= this.#options.queueMax)
        return entry.fail(new Fault('unavailable', 'too many authorizations are waiting'));
      this.#watch(entry);
      if (this.#follow(entry)) return;
      this.#queue.push(entry);
      this.#pump();
    });
  }

  statistics(): { readonly queued: number; readonly inFlight: number } {
    return { queued: this.#queue.length + this.#pausing, inFlight: this.#inFlight };
  }

  /** Resolves when nothing is queued or under way. */
  drained(): Promise<void> {
    return this.#isIdle() ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #isIdle(): boolean {
    return this.#inFlight === 0 && this.#queue.length === 0 && this.#pausing === 0;
  }

  #follow(entry: BatchEntry): boolean {
    const leader = this.#underWay.get(entry.messageKey) ?? this.#underWay.get(entry.transactionKey);
    if (leader?.proposal.request.fingerprint !== entry.proposal.request.fingerprint) return false;
    leader.lead(entry);
    return true;
  }

  #pump(): void {
    while (this.#mayBegin()) {
      const batch = this.#take();
      if (batch.length === 0) break;
      this.#inFlight++;
      void this.#options.send(batch).then((again) => this.#land(batch, again));
    }
    if (!this.#isIdle()) return;
    for (const resolve of this.#whenIdle) resolve();
    this.#whenIdle = [];
  }

  /** Most of what a small batch costs, any batch costs: beside another one, only a full one is begun. */
  #mayBegin(): boolean {
    const { inFlightMax, batchMax } = this.#options;
    if (this.#queue.length === 0 || this.#inFlight >= inFlightMax) return false;
    if (this.#inFlight === 0 || this.#queue.length >= batchMax) return true;
    return this.#options.clock() - (this.#queue[0]?.addedAtMs ?? 0) > PATIENCE_MS;
  }

  /** Those that met a locked account travel apart: the others must not wait with them. */
  #take(): BatchEntry[] {
    const batch: BatchEntry[] = [];
    const rest: BatchEntry[] = [];
    const nowMs = this.#options.clock();
    for (const entry of this.#queue) {
      if (!entry.isWantedAt(nowMs)) entry.expire();
      else if (batch.length >= this.#options.batchMax) rest.push(entry);
      else if (this.#isUnderWay(entry)) {
        if (!this.#follow(entry)) rest.push(entry);
      } else if (batch[0] !== undefined && batch[0].metLockedAccount !== entry.metLockedAccount) rest.push(entry);
      else if (this.#isLocked(entry)) rest.push(entry);
      else batch.push(this.#start(entry));
    }
    for (const { proposal } of batch)
      if (proposal.accountId !== undefined) this.#lockedAccounts.add(proposal.accountId);
    this.#queue = rest;
    return batch;
  }

  #isUnderWay(entry: BatchEntry): boolean {
    return this.#underWay.has(entry.messageKey) || this.#underWay.has(entry.transactionKey);
  }

  /** Its batch would wait for the other, and so would all that travel in it. */
  #isLocked({ proposal: { accountId } }: BatchEntry): boolean {
    return accountId !== undefined && this.#lockedAccounts.has(accountId);
  }

  #start(entry: BatchEntry): BatchEntry {
    this.#underWay.set(entry.messageKey, entry);
    this.#underWay.set(entry.transactionKey, entry);
    return entry;
  }

  #land(batch: readonly BatchEntry[], again: readonly BatchEntry[]): void {
    this.#inFlight--;
    for (const entry of batch) {
      this.#underWay.delete(entry.messageKey);
      this.#underWay.delete(entry.transactionKey);
      if (entry.proposal.accountId !== undefined) this.#lockedAccounts.delete(entry.proposal.accountId);
    }
    if (again.length > 0) this.#queueLater(again);
    this.#pump();
  }

  #queueLater(entries: readonly BatchEntry[]): void {
    this.#pausing += entries.length;
    setTimeout(() => {
      this.#pausing -= entries.length;
      this.#queue.push(...entries);
      this.#pump();
    }, PAUSE_MS);
  }

  /** One timer for all: a timer per request would cost more than it is worth. */
  #watch(entry: BatchEntry): void {
    this.#expiring.add(entry);
    this.#sweep ??= setInterval(() => {
      const nowMs = this.#options.clock();
      for (const each of this.#expiring) {
        if (each.deadlineMs <= nowMs) each.expire();
        if (each.isDone) this.#expiring.delete(each);
      }
      this.#pump();
      if (this.#expiring.size > 0) return;
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }, SWEEP_MS);
  }
}
