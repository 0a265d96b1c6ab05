import { formatAmount } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import { recordAudit } from './audit.ts';
import { type AccountBalance, type AccountRef, accountSubject, findAccount, unknownAccount } from './find-account.ts';
import { type Refused, refused } from './outcome.ts';
import { readAmount } from './read-members.ts';

export interface CreditLine extends AccountRef {
  /** Decimal text in major units. */
  readonly creditLine: string;
  /** Lower it although more of it is in use (money.md *below zero*). */
  readonly force?: boolean;
}

export type AccountOutcome = { readonly status: 'updated' | 'unchanged'; readonly account: AccountBalance } | Refused;

/** Sets how far below zero an account may go. Effective on the next commit: the ledger reads it under the lock. */
export async function setCreditLine(postgres: Postgres, line: CreditLine, actor: string): Promise<AccountOutcome> {
  const { currency, force = false } = line;
  const amount = readAmount('credit line', line.creditLine, currency);
  if (!amount.ok) return refused('invalid_input', amount.message);
  const creditLineMinor = amount.amountMinor;
  return postgres.transaction('operator.set_credit_line', async (sql): Promise<AccountOutcome> => {
    const account = await findAccount(sql, line, 'locked');
    if (account === undefined) return unknownAccount(line);
    if (account.creditLineMinor === creditLineMinor) return { status: 'unchanged', account };
    const availableMinor = account.availableMinor - account.creditLineMinor + creditLineMinor;
    const isLowered = creditLineMinor < account.creditLineMinor;
    if (isLowered && availableMinor < 0n && !force) {
      const short = formatAmount(-availableMinor, currency);
      return refused('insufficient_funds', `the account would be ${short} ${currency} beyond that credit line`);
    }
    await sql`update accounts set credit_line_minor = ${creditLineMinor.toString()} where account_id = ${account.accountId}`;
    await recordAudit(sql, {
      actor,
      verb: 'set_credit_line',
      subject: accountSubject(account.owner, currency),
      detail: { from_minor: account.creditLineMinor.toString(), to_minor: creditLineMinor.toString(), forced: force },
    });
    return { status: 'updated', account: { ...account, creditLineMinor, availableMinor } };
  });
}
