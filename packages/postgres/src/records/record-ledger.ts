import { type AppliedRecord, type ChainPolicy, Fault, type RecordLedger, type TransactionRecord } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { reactionTo } from '../sql-errors.ts';
import { applyBatch, type BatchOptions } from './apply-batch.ts';
import type { ChainName } from './group-chains.ts';
import { AccountNotLocked } from './home.ts';
import { chainKey } from './read-chains.ts';

export interface RecordLedgerOptions {
  readonly policy: ChainPolicy;
}

/** What is to be done in the transaction that changes the chain, after it; more than once where that has to begin again. */
export type AlsoInTransaction = (sql: TransactionSql) => Promise<void>;

export interface PostgresRecordLedger extends RecordLedger {
  /** Folds anew what commits have touched since; returns how many chains that were. */
  refold(limit: number): Promise<number>;
  /** Books a chain to another account from now on, and what it has booked already (money.md *nobody's money*). */
  assign(chain: ChainName, accountId: string, also?: AlsoInTransaction): Promise<void>;
}

/** The records' side of the ledger on PostgreSQL. */
export function createRecordLedger(postgres: Postgres, { policy }: RecordLedgerOptions): PostgresRecordLedger {
  const apply = (
    records: readonly TransactionRecord[],
    options: Omit<BatchOptions, 'policy' | 'alsoLock'> = {},
    { before, after }: { before?: AlsoInTransaction; after?: AlsoInTransaction | undefined } = {},
  ): Promise<readonly AppliedRecord[]> =>
    retried(postgres, async (sql, alsoLock) => {
      await before?.(sql);
      const applied = await applyBatch(sql, records, { policy, alsoLock, ...options });
      await after?.(sql);
      return applied;
    });
  return {
    applyRecords: (records) => (records.length === 0 ? Promise.resolve([]) : apply(records)),
    async refold(limit) {
      const due = await postgres.query(
        'records.refolds',
        (sql) => sql<{ chain_token: string; currency: string }[]>`
          select chain_token, currency from refolds order by requested_at limit ${limit}`,
      );
      for (const { chain_token: chainToken, currency } of due)
        await apply(
          [],
          { refold: [{ chainToken, currency }] },
          {
            async before(sql) {
              await sql`delete from refolds where chain_token = ${chainToken} and currency = ${currency}`;
            },
          },
        );
      return due.length;
    },
    async assign(chain, accountId, also) {
      const assign = new Map([[chainKey(chain), accountId]]);
      await apply([], { refold: [chain], assign }, { after: also });
    },
  };
}

/** Passing trouble is met this often before the caller hears of it. */
const ATTEMPTS = 8;

async function retried<T>(
  postgres: Postgres,
  run: (sql: TransactionSql, alsoLock: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  const alsoLock = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    try {
      return await postgres.transaction('records.apply', (sql) => run(sql, alsoLock));
    } catch (error) {
      if (error instanceof AccountNotLocked) alsoLock.add(error.accountId);
      const reaction = error instanceof AccountNotLocked ? 'retry' : reactionTo(error);
      // To apply the same records again is always safe: what was committed is a duplicate then.
      if (reaction === 'give_up') throw error;
      if (attempt < ATTEMPTS && reaction !== 'reconnect') continue;
      const code =
        reaction === 'ask_again' ? 'outcome_unknown' : reaction === 'reconnect' ? 'unavailable' : 'contended';
      throw new Fault(code, 'the ledger could not apply records', { cause: error });
    }
  }
}
