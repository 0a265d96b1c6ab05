import type { BatchEntry } from './batch-entry.ts';

/**
 * Entries that one commit carries, found by what no two under way may share. Its tables live and die with it: a table
 * that outlives its entries keeps them from being collected young, since V8's old tables point to the ones that replaced them.
 */
export class Batch {
  readonly entries: BatchEntry[] = [];
  readonly #byMessage = new Map<string, BatchEntry>();
  readonly #byTransaction = new Map<string, BatchEntry>();
  readonly #accounts = new Set<string>();

  add(entry: BatchEntry): void {
    const { request, accountId } = entry.proposal;
    this.entries.push(entry);
    this.#byMessage.set(request.messageToken, entry);
    this.#byTransaction.set(request.transactionToken, entry);
    if (accountId !== undefined) this.#accounts.add(accountId);
  }

  byMessage({ proposal: { request } }: BatchEntry): BatchEntry | undefined {
    return this.#byMessage.get(request.messageToken);
  }

  byTransaction({ proposal: { request } }: BatchEntry): BatchEntry | undefined {
    return this.#byTransaction.get(request.transactionToken);
  }

  locks({ proposal: { accountId } }: BatchEntry): boolean {
    return accountId !== undefined && this.#accounts.has(accountId);
  }
}
