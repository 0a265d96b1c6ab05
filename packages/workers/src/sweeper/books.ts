import { checkAccounts, lastAccountId, type Postgres } from '@freeway/postgres';
import { createRateLimitedLog, type Logger } from '@freeway/runtime';
import type { BooksMetrics } from './books-metrics.ts';

export interface BooksOptions {
  readonly postgres: Postgres;
  /** Accounts of one round at most; 0: none is checked. */
  readonly accountsMax: number;
  readonly metrics: BooksMetrics;
  readonly logger: Logger;
  /** From 0 to 1. Default random. */
  readonly beginAt?: () => number;
}

/**
 * Walks over all accounts, some in a round, for ever, and checks the books of each: a small part of `freeway verify` that
 * burdens no ledger, however large. Returns how many were checked.
 */
export function createBooks(options: BooksOptions): () => Promise<number> {
  const { postgres, accountsMax, metrics, logger, beginAt = Math.random } = options;
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  let begun = false;
  let after: string | undefined;

  /** Somewhere, so that a sweeper that is started often comes to all of them too; at the first where one round is enough. */
  async function begin(): Promise<void> {
    const last = Number(await lastAccountId(postgres));
    const at = last <= accountsMax ? 0 : Math.floor(beginAt() * last);
    after = at === 0 ? undefined : String(at);
    if (after === undefined) metrics.begins();
    begun = true;
  }

  return async () => {
    if (accountsMax === 0) return 0;
    if (!begun) await begin();
    const accounts = await checkAccounts(postgres, { after, accountsMax });
    for (const account of accounts) {
      const violated = metrics.checked(account);
      if (violated.length === 0) continue;
      const detail = { account_id: account.accountId, violated };
      log(
        `violated ${violated.join()}`,
        1000,
        'error',
        detail,
        'the books of an account break a rule: run freeway verify',
      );
    }
    if (accounts.length === accountsMax) after = accounts.at(-1)?.accountId;
    else {
      metrics.ends();
      metrics.begins();
      after = undefined;
    }
    return accounts.length;
  };
}
