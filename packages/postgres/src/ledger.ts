import { type AuthorizationLedger, type CommitResult, Fault, type Proposal } from '@freeway/core';
import { authorizeBatch } from './authorize-statement.ts';
import type { Waiting } from './batch-entry.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Postgres } from './connect.ts';
import { reactionTo } from './sql-errors.ts';

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

/**
 * Session settings of the hot pool. The statement is planned once per connection, possibly while tables are still empty:
 * a plan that reads whole tables would stay long after they have grown, so only plans that go by key are allowed.
 */
export const HOT_SESSION: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};

export function createLedger(postgres: Postgres, options: LedgerOptions): PostgresLedger {
  const clock = options.clock ?? (() => performance.now());
  const queue = new BatchQueue({ ...options, clock, send });

  async function send(batch: readonly Waiting[]): Promise<void> {
    const startedMs = clock();
    for (let attempt = 1; ; attempt++) {
      try {
        const results = await postgres.query('ledger.authorize', (sql) =>
          authorizeBatch(
            sql,
            batch.map((waiting) => waiting.proposal),
          ),
        );
        results.forEach((result, index) => batch[index]?.settle(result));
        options.onCommit?.(batch.length, clock() - startedMs);
        return;
      } catch (error) {
        const reaction = reactionTo(error);
        if (reaction === 'give_up' || attempt > 20) return isolate(batch, error);
        if (reaction === 'ask_again') for (const waiting of batch) waiting.uncertain = true;
        // Sending the same batch again asks by token: what was committed comes back as a repeat (money.md "two keys").
        const waitMs = reaction === 'retry' ? attempt : Math.min(25 * attempt, 250);
        if (!batch.some((waiting) => waiting.deadlineMs > clock() + waitMs)) return giveUp(batch, error);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** One bad request never fails its batch: each goes alone, and only those that fail alone are faults. */
  async function isolate(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1) return giveUp(batch, error);
    options.onError?.('a commit failed as a batch and is sent one by one', error);
    for (const waiting of batch) await send([waiting]);
  }

  function giveUp(batch: readonly Waiting[], error: unknown): void {
    options.onError?.('a commit failed', error);
    for (const waiting of batch) {
      const code = waiting.uncertain ? 'outcome_unknown' : 'unavailable';
      waiting.fail(new Fault(code, 'the ledger could not commit', { cause: error }));
    }
  }

  return {
    authorize: (proposal: Proposal, deadlineMs: number): Promise<CommitResult> => queue.add(proposal, deadlineMs),
    statistics: () => queue.statistics(),
    drained: () => queue.drained(),
  };
}
