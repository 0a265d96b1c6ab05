import type { ChainOutcome, RecordException, TransactionRecord } from '@freeway/core';
import type { LockedAccount } from './read-books.ts';
import { ownerAccountKey } from './read-chains.ts';

/** Where a chain books, and what is to be said of that. */
export interface Home {
  readonly account: LockedAccount | undefined;
  readonly exceptions: readonly RecordException[];
}

export interface HomeFacts {
  readonly currency: string;
  readonly assignedAccountId: string | undefined;
  readonly accounts: ReadonlyMap<string, LockedAccount>;
  /** Account ids by `ownerAccountKey`. */
  readonly ownerAccounts: ReadonlyMap<string, string>;
  /** Account ids by currency. */
  readonly suspense: ReadonlyMap<string, string>;
}

/** The account that a chain books to is not locked: its batch begins again with it. */
export class AccountNotLocked extends Error {
  override readonly name = 'AccountNotLocked';
  readonly accountId: string;

  constructor(accountId: string) {
    super('a chain books to an account that was not locked');
    this.accountId = accountId;
  }
}

/**
 * money.md *chain home*: the operator's word, else the account of our decision, else that of the owner in the chain's
 * currency, else nobody's (*nobody's money*), which is only needed where there is something to book.
 */
export function homeOf(outcome: ChainOutcome, facts: HomeFacts): Home {
  const { owner, accountId: decided } = outcome.home;
  const owned = owner === undefined ? undefined : facts.ownerAccounts.get(ownerAccountKey(owner, facts.currency));
  const known = facts.assignedAccountId ?? decided ?? owned;
  const unowned = known === undefined ? listed(outcome, 'no_account') : [];
  const accountId = known ?? (unowned.length > 0 ? facts.suspense.get(facts.currency) : undefined);
  if (accountId === undefined) return { account: undefined, exceptions: [] };
  const account = facts.accounts.get(accountId);
  if (account === undefined) throw new AccountNotLocked(accountId);
  if (known === undefined) return { account, exceptions: unowned };
  if (account.state === 'closed') return { account, exceptions: listed(outcome, 'account_closed') };
  return { account, exceptions: [] };
}

/** Every transaction of the chain that has money there, with how much it is. */
function listed(outcome: ChainOutcome, reason: RecordException['reason']): RecordException[] {
  const amounts = new Map<string, bigint>();
  const add = (token: string, amountMinor: bigint): void =>
    void amounts.set(token, (amounts.get(token) ?? 0n) + amountMinor);
  for (const { transactionToken, amountMinor } of outcome.postings)
    add(transactionToken, amountMinor < 0n ? -amountMinor : amountMinor);
  for (const { transactionToken, amountMinor } of outcome.expectedCredits) add(transactionToken, amountMinor);
  if (outcome.hold.amountMinor > 0n) add(outcome.home.transactionToken, outcome.hold.amountMinor);
  return [...amounts].map(([transactionToken, amountMinor]) => ({ transactionToken, reason, amountMinor }));
}

/** The record that each transaction books by: its last approved word. */
export function recordsByToken(records: readonly TransactionRecord[]): ReadonlyMap<string, TransactionRecord> {
  const byToken = new Map<string, TransactionRecord>();
  for (const record of records) {
    const before = byToken.get(record.transactionToken);
    if (before === undefined || record.outcome === 'approved') byToken.set(record.transactionToken, record);
  }
  return byToken;
}
