import type { Postgres } from '../connect.ts';
import type { AccountBalance, AccountRef } from './find-account.ts';
import { setAccountState, type StateOutcome } from './set-account-state.ts';

/**
 * Closes an account as far as it can be closed: `closing` while anything is held, expected or left in it, `closed` once
 * there is nothing (money.md *account states*). Call it again to finish.
 */
export function closeAccount(postgres: Postgres, ref: AccountRef, actor: string): Promise<StateOutcome> {
  return setAccountState(postgres, ref, { verb: 'close_account', next: closeAsFarAsPossible }, actor);
}

function closeAsFarAsPossible({
  state,
  postedMinor,
  heldMinor,
  pendingCreditMinor,
}: AccountBalance): 'closing' | 'closed' {
  if (state === 'closed') return 'closed';
  return postedMinor === 0n && heldMinor === 0n && pendingCreditMinor === 0n ? 'closed' : 'closing';
}
