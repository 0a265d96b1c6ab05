import type { AccountState } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import { recordAudit } from './audit.ts';
import { type AccountBalance, type AccountRef, accountSubject, findAccount, unknownAccount } from './find-account.ts';
import { type ChangedFact, ownerChanges, type Refused } from './outcome.ts';

export type StateOutcome =
  | {
      readonly status: 'updated' | 'unchanged';
      readonly account: AccountBalance;
      readonly changed: readonly ChangedFact[];
    }
  | Refused;

/** Moves an account to the state that `next` chooses under the account's lock, or takes its refusal. */
export function setAccountState(
  postgres: Postgres,
  ref: AccountRef,
  { verb, next }: { readonly verb: string; readonly next: (account: AccountBalance) => AccountState | Refused },
  actor: string,
): Promise<StateOutcome> {
  return postgres.transaction(`operator.${verb}`, async (sql): Promise<StateOutcome> => {
    const account = await findAccount(sql, ref, 'locked');
    if (account === undefined) return unknownAccount(ref);
    const state = next(account);
    if (typeof state !== 'string') return state;
    if (state === account.state) return { status: 'unchanged', account, changed: [] };
    await sql`update accounts set state = ${state} where account_id = ${account.accountId}`;
    await recordAudit(sql, {
      actor,
      verb,
      subject: accountSubject(account.owner, account.currency),
      detail: { from: account.state, to: state },
    });
    return { status: 'updated', account: { ...account, state }, changed: ownerChanges(account.owner) };
  });
}
