import { type AuthorizationLedger, type CommitResult, Fault, type Proposal } from '@freeway/core';
import { authorizeBatch, type BatchResult, type LockWait } from './authorize-statement.ts';
import type { BatchEntry } from './batch-entry.ts';
import { BatchQueue } from './batch-queue.ts';
import { BY_KEY_SESSION } from './by-key-session.ts';
import type { Postgres } from './connect.ts';
import { type Reaction, reactionTo } from './sql-errors.ts';

export interface LedgerOptions {
  /** Authorizations in one commit at most. */
  readonly batchMax: number;
  /** Commits under way at once; more than the hot pool's connections only queue in the driver. */
  readonly inFlightMax: number;
  /** Authorizations waiting at most; beyond it the answer is an immediate `unavailable`. */
  readonly queueMax: number;
  readonly onError?: (message: string, error: unknown) => void;
  readonly onCommit?: (size: number, tookMs: number) => void;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

export interface LedgerStatistics {
  readonly queued: number;
  readonly inFlight: number;
}

/** The ledger's hot path on PostgreSQL: what arrives during a commit travels together in the next one. */
export interface PostgresLedger extends AuthorizationLedger {
  statistics(): LedgerStatistics;
  /** Resolves when nothing is queued or under way. */
  drained(): Promise<void>;
}

/** Session settings of the hot pool. */
export const HOT_SESSION: Readonly<Record<string, string>> = {
  ...BY_KEY_SESSION,
  // Longer than a commit takes, shorter than anybody notices: an account that someone else keeps locked is set aside.
  lock_timeout: '150ms',
};

export function createLedger(postgres: Postgres, options: LedgerOptions): PostgresLedger {
  const clock = options.clock ?? (() => performance.now());
  const queue = new BatchQueue({ ...options, clock, send });

  /** Commits a batch; returns what has to wait because someone else holds its account. */
  async function send(entries: readonly BatchEntry[]): Promise<readonly BatchEntry[]> {
    const startedMs = clock();
    let batch = entries;
    // The accounts of these were locked a moment ago: whoever holds them still is not waited for.
    let lock: LockWait = entries[0]?.metLockedAccount === true ? 'skip' : 'wait';
    for (let attempt = 1; ; attempt++) {
      for (const entry of batch) if (entry.sending === 'not_sent') entry.sending = 'on_the_server';
      try {
        const results = await postgres.query('ledger.authorize', (sql) =>
          authorizeBatch(sql, batch.map(proposalOf), lock),
        );
        options.onCommit?.(batch.length, clock() - startedMs);
        return settle(batch, results);
      } catch (error) {
        const reaction = reactionTo(error);
        for (const entry of batch) entry.sending = afterFailure(entry.sending, reaction);
        if (reaction === 'give_up' || attempt > ATTEMPTS) return isolate(batch, error);
        if (reaction === 'lock_timeout') lock = 'skip';
        // Sending the same batch again asks by token: what was committed comes back as a repeat (money.md "two keys").
        const waitMs = reaction === 'retry' || reaction === 'lock_timeout' ? 0 : Math.min(25 * attempt, 250);
        const [wanted, late] = partition(batch, (entry) => entry.isWantedAt(clock() + waitMs));
        giveUp(late, error);
        if (wanted.length === 0) return [];
        batch = wanted;
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** One bad request never fails its batch: each goes alone, and only those that fail alone are faults. */
  async function isolate(batch: readonly BatchEntry[], error: unknown): Promise<readonly BatchEntry[]> {
    if (batch.length === 1) {
      giveUp(batch, error);
      return [];
    }
    options.onError?.('a commit failed as a batch and is sent one by one', error);
    const again: BatchEntry[] = [];
    for (const entry of batch) {
      if (entry.isWantedAt(clock())) again.push(...(await send([entry])));
      else giveUp([entry], error);
    }
    return again;
  }

  function giveUp(batch: readonly BatchEntry[], error: unknown): void {
    if (batch.length > 0) options.onError?.('a commit failed', error);
    for (const entry of batch) {
      const code = entry.sending === 'outcome_unknown' ? 'outcome_unknown' : 'unavailable';
      entry.fail(new Fault(code, 'the ledger could not commit', { cause: error }));
    }
  }

  return {
    authorize: (proposal: Proposal, deadlineMs: number): Promise<CommitResult> => queue.add(proposal, deadlineMs),
    statistics: () => queue.statistics(),
    drained: () => queue.drained(),
  };
}

/** More than this many failures are no passing trouble. */
const ATTEMPTS = 20;

function proposalOf(entry: BatchEntry): Proposal {
  return entry.proposal;
}

function settle(batch: readonly BatchEntry[], results: readonly BatchResult[]): readonly BatchEntry[] {
  const again: BatchEntry[] = [];
  results.forEach((result, index) => {
    const entry = batch[index];
    if (entry === undefined) return;
    if (result.status !== 'busy') return entry.settle(result);
    entry.sending = entry.sending === 'outcome_unknown' ? 'outcome_unknown' : 'not_sent';
    entry.metLockedAccount = true;
    again.push(entry);
  });
  return again;
}

/** What was rolled back or never arrived has not been sent; what may have been committed stays unknown. */
function afterFailure(sending: BatchEntry['sending'], reaction: Reaction): BatchEntry['sending'] {
  return sending === 'outcome_unknown' || reaction === 'ask_again' ? 'outcome_unknown' : 'not_sent';
}

function partition<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  const kept: T[] = [];
  const others: T[] = [];
  for (const one of all) (holds(one) ? kept : others).push(one);
  return [kept, others];
}
