import type { AccountState, OwnerKind, OwnerRef } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import { type Refused, refused } from './outcome.ts';

/** How an operator names an account. */
export interface AccountRef {
  readonly owner: OwnerRef;
  readonly currency: string;
}

/** An account as it stands. Available = posted - held + credit line. */
export interface AccountBalance {
  readonly accountId: string;
  readonly owner: OwnerRef;
  readonly currency: string;
  readonly state: AccountState;
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingCreditMinor: bigint;
  readonly creditLineMinor: bigint;
  readonly availableMinor: bigint;
}

interface AccountRow {
  readonly account_id: string;
  readonly state: AccountState;
  readonly posted_minor: string;
  readonly held_minor: string;
  readonly pending_credit_minor: string;
  readonly credit_line_minor: string;
}

/** Reads an account, for a change under its lock: `for no key update`, as the hot path locks it. */
export async function findAccount(
  sql: TransactionSql,
  { owner, currency }: AccountRef,
  lock: 'locked' | 'unlocked',
): Promise<AccountBalance | undefined> {
  const [row] = await sql<AccountRow[]>`
    select account_id, state, posted_minor, held_minor, pending_credit_minor, credit_line_minor from accounts
      where owner_kind = ${owner.kind} and owner_token = ${owner.token} and currency = ${currency}
      ${lock === 'locked' ? sql`for no key update` : sql``}`;
  if (row === undefined) return undefined;
  const balance = {
    postedMinor: BigInt(row.posted_minor),
    heldMinor: BigInt(row.held_minor),
    pendingCreditMinor: BigInt(row.pending_credit_minor),
    creditLineMinor: BigInt(row.credit_line_minor),
  };
  return {
    accountId: row.account_id,
    owner,
    currency,
    state: row.state,
    ...balance,
    availableMinor: balance.postedMinor - balance.heldMinor + balance.creditLineMinor,
  };
}

export function unknownAccount({ owner, currency }: AccountRef): Refused {
  return refused('unknown_account', `${owner.kind} ${owner.token} has no account in ${currency}`);
}

/** As the audit names it. */
export function accountSubject(owner: { kind: OwnerKind; token: string }, currency: string): string {
  return `account:${owner.kind}:${owner.token}:${currency}`;
}
