import { lockAccount } from './accounts.ts';
import type { Reason } from './encode-answer.ts';
import { accountRefusalOf } from './judge.ts';
import type { Transaction } from './open-pool.ts';
import type { TextbookRequest } from './read-request.ts';

/** Writes down that money is to come; it is not spendable before it is there. */
export async function expectCredit(
  sql: Transaction,
  { transactionToken, amountMinor }: TextbookRequest,
  accountId: string,
): Promise<Reason | null> {
  const reason = accountRefusalOf(await lockAccount(sql, accountId));
  if (reason !== null) return reason;
  await sql`
    insert into expected_credits (account_id, transaction_token, amount_minor)
      values (${accountId}, ${transactionToken}, ${amountMinor})`;
  await sql`
    update accounts set pending_credit_minor = pending_credit_minor + ${amountMinor} where account_id = ${accountId}`;
  return null;
}
