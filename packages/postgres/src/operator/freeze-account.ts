import type { Postgres } from '../connect.ts';
import type { AccountRef } from './find-account.ts';
import { refused } from './outcome.ts';
import { setAccountState, type StateOutcome } from './set-account-state.ts';

/** No new debits; credits and what follows earlier approvals still book (money.md *account states*). */
export function freezeAccount(postgres: Postgres, ref: AccountRef, actor: string): Promise<StateOutcome> {
  return move(postgres, ref, 'freeze_account', actor);
}

/** Opens a frozen account again. */
export function unfreezeAccount(postgres: Postgres, ref: AccountRef, actor: string): Promise<StateOutcome> {
  return move(postgres, ref, 'unfreeze_account', actor);
}

function move(
  postgres: Postgres,
  ref: AccountRef,
  verb: 'freeze_account' | 'unfreeze_account',
  actor: string,
): Promise<StateOutcome> {
  const target = verb === 'freeze_account' ? 'frozen' : 'open';
  return setAccountState(
    postgres,
    ref,
    {
      verb,
      next: ({ state }) =>
        state === 'closing' || state === 'closed'
          ? refused(`account_${state}`, `the account is ${state}: it cannot become ${target} again`)
          : target,
    },
    actor,
  );
}
