import type { Postgres } from '../connect.ts';
import { type MoneyMove, moveMoney, type MoveOutcome } from './move-money.ts';
import { refused } from './outcome.ts';

/** Books money into an account. A closed account takes none from an operator (money.md *account states*). */
export function creditAccount(postgres: Postgres, move: MoneyMove, actor: string): Promise<MoveOutcome> {
  const rules = {
    verb: 'credit_account',
    kind: 'operator_credit',
    sign: 1n,
    refuse: ({ state }) =>
      state === 'closed'
        ? refused('account_closed', 'the account is closed: nothing can be booked into it')
        : undefined,
  } as const satisfies Parameters<typeof moveMoney>[2];
  return moveMoney(postgres, move, rules, actor);
}
