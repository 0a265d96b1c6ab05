import type { Balances } from './encode-answer.ts';
import type { Account } from './judge.ts';
import type { Pool, Transaction } from './open-pool.ts';

/** Nobody else changes it, nor its counters, until the transaction ends. */
export async function lockAccount(sql: Transaction, accountId: string): Promise<Account | undefined> {
  const [account] = await sql<Account[]>`
    select state, posted_minor, held_minor, pending_credit_minor from accounts where account_id = ${accountId} for update`;
  return account;
}

export async function readAccount(sql: Pool | Transaction, accountId: string): Promise<Account | undefined> {
  const [account] = await sql<Account[]>`
    select state, posted_minor, held_minor, pending_credit_minor from accounts where account_id = ${accountId}`;
  return account;
}

export function balancesOf({ posted_minor, held_minor, pending_credit_minor }: Account): Balances {
  return { postedMinor: posted_minor, heldMinor: held_minor, pendingCreditMinor: pending_credit_minor };
}
