import { type CommitResult, Fault, type Proposal } from '@freeway/core';
import { Batch } from './batch.ts';
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
  /** Few: a list is looked through faster than anything that finds. */
  #underWay: Batch[] = [];
  /** What met a locked account, until its pause is over. */
  readonly #pausing = new Set<readonly BatchEntry[]>();
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
      this.#sweep ??= setInterval(() => this.#expire(), SWEEP_MS);
      const leader = this.#namesake(entry);
      if (leader?.isAskedBy(entry)) return leader.lead(entry);
      this.#queue.push(entry);
      this.#pump();
    });
  }

  statistics(): { readonly queued: number; readonly inFlight: number } {
    let queued = this.#queue.length;
    for (const entries of this.#pausing) queued += entries.length;
    return { queued, inFlight: this.#underWay.length };
  }

  /** Resolves when nothing is queued or under way. */
  drained(): Promise<void> {
    return this.#isIdle() ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #isIdle(): boolean {
    return this.#underWay.length === 0 && this.#queue.length === 0 && this.#pausing.size === 0;
  }

  #pump(): void {
    while (this.#mayBegin()) {
      const batch = this.#take();
      if (batch.entries.length === 0) break;
      this.#underWay.push(batch);
      void this.#options.send(batch.entries).then((again) => this.#land(batch, again));
    }
    if (!this.#isIdle()) return;
    for (const resolve of this.#whenIdle) resolve();
    this.#whenIdle = [];
  }

  /** Most of what a small batch costs, any batch costs: beside another one, only a full one is begun. */
  #mayBegin(): boolean {
    const { inFlightMax, batchMax } = this.#options;
    if (this.#queue.length === 0 || this.#underWay.length >= inFlightMax) return false;
    if (this.#underWay.length === 0 || this.#queue.length >= batchMax) return true;
    return this.#options.clock() - (this.#queue[0]?.addedAtMs ?? 0) > PATIENCE_MS;
  }

  /** Those that met a locked account travel apart: the others must not wait with them. */
  #take(): Batch {
    const batch = new Batch();
    const rest: BatchEntry[] = [];
    const nowMs = this.#options.clock();
    const { batchMax } = this.#options;
    for (const entry of this.#queue) {
      if (!entry.isWantedAt(nowMs)) entry.expire();
      else if (batch.entries.length >= batchMax) rest.push(entry);
      else {
        const [first] = batch.entries;
        const leader = this.#namesake(entry, [batch]);
        if (leader?.isAskedBy(entry)) leader.lead(entry);
        else if (leader !== undefined || this.#isLocked(entry)) rest.push(entry);
        else if (first !== undefined && first.metLockedAccount !== entry.metLockedAccount) rest.push(entry);
        else batch.add(entry);
      }
    }
    this.#queue = rest;
    return batch;
  }

  /** What shares a token with this entry, of those under way and of a batch that is about to be. */
  #namesake(entry: BatchEntry, next: readonly Batch[] = []): BatchEntry | undefined {
    const batches = [...this.#underWay, ...next];
    for (const batch of batches) {
      const found = batch.byMessage(entry);
      if (found !== undefined) return found;
    }
    for (const batch of batches) {
      const found = batch.byTransaction(entry);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Its batch would wait for the other, and so would all that travel in it. */
  #isLocked(entry: BatchEntry): boolean {
    return this.#underWay.some((batch) => batch.locks(entry));
  }

  #land(batch: Batch, again: readonly BatchEntry[]): void {
    this.#underWay = this.#underWay.filter((other) => other !== batch);
    if (again.length > 0) this.#queueLater(again);
    this.#pump();
  }

  #queueLater(entries: readonly BatchEntry[]): void {
    this.#pausing.add(entries);
    setTimeout(() => {
      this.#pausing.delete(entries);
      this.#queue.push(...entries);
      this.#pump();
    }, PAUSE_MS);
  }

  /** One timer for all: a timer per request would cost more than it is worth. */
  #expire(): void {
    const nowMs = this.#options.clock();
    for (const entries of [this.#queue, ...this.#pausing, ...this.#underWay.map((batch) => batch.entries)])
      for (const entry of entries) entry.expireBy(nowMs);
    this.#pump();
    if (!this.#isIdle()) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}
