import { formatAmount } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import type { AccountBalance } from './find-account.ts';
import { type MoneyMove, moveMoney, type MoveOutcome } from './move-money.ts';
import { type Refused, refused } from './outcome.ts';

export interface Debit extends MoneyMove {
  /**
   * Book it although the account is frozen or closed, or would fall below zero. The ledger keeps it as a kind of its
   * own, which names the cause of a negative account (money.md *below zero*).
   */
  readonly force?: boolean;
}

/** Books money out of an account; never more than is available, unless forced. */
export function debitAccount(postgres: Postgres, debit: Debit, actor: string): Promise<MoveOutcome> {
  const force = debit.force ?? false;
  return moveMoney(
    postgres,
    debit,
    {
      verb: 'debit_account',
      kind: force ? 'operator_debit_forced' : 'operator_debit',
      sign: -1n,
      refuse: (account, amountMinor) => (force ? undefined : refuseDebit(account, amountMinor)),
    },
    actor,
  );
}

function refuseDebit(account: AccountBalance, amountMinor: bigint): Refused | undefined {
  const { state, currency, availableMinor } = account;
  if (state === 'frozen') return refused('account_frozen', 'the account is frozen: no new debits');
  if (state === 'closed') return refused('account_closed', 'the account is closed: there is nothing to debit');
  if (amountMinor <= availableMinor) return undefined;
  const available = formatAmount(availableMinor, currency);
  return refused(
    'insufficient_funds',
    `${formatAmount(amountMinor, currency)} ${currency} is more than the ${available} ${currency} available`,
  );
}
