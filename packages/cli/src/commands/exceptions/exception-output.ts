import type { ListedException } from '@freeway/postgres';
import { oneLine, table } from '../../output.ts';
import { showMoney } from '../../show-money.ts';

export function exceptionJson(exception: ListedException): Record<string, unknown> {
  const { account, currency } = exception;
  return {
    exception_id: exception.exceptionId,
    reason: exception.reason,
    state: exception.state,
    chain_token: exception.chainToken,
    transaction_token: exception.transactionToken,
    amount: showMoney(exception.amountMinor, currency),
    currency,
    ...(account === undefined
      ? {}
      : { account: { account_id: account.accountId, [account.ownerKind]: account.ownerToken } }),
    raised_at: exception.raisedAt,
    ...(exception.settledAt === undefined ? {} : { settled_at: exception.settledAt }),
    ...(exception.settledBy === undefined ? {} : { settled_by: exception.settledBy }),
    ...(exception.note === undefined ? {} : { note: exception.note }),
  };
}

export function exceptionTable(exceptions: readonly ListedException[]): string {
  return table(
    ['id', 'reason', 'state', 'amount', 'account', 'raised', 'transaction'],
    exceptions.map((each) => [
      each.exceptionId,
      each.reason,
      each.state,
      moneyOf(each),
      accountOf(each),
      each.raisedAt.toISOString(),
      oneLine(each.transactionToken),
    ]),
  );
}

export function moneyOf({ amountMinor, currency }: ListedException): string {
  return `${showMoney(amountMinor, currency)} ${oneLine(currency) || '-'}`;
}

export function accountOf({ account }: ListedException): string {
  return account === undefined ? '-' : `${account.ownerKind} ${account.ownerToken}`;
}
