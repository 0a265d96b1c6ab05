import { formatAmount } from '@freeway/core';
import type { CheckedAccount } from '@freeway/postgres';

/** What all accounts of a currency come to, as a walk over them has added it up: each at another moment. */
interface Totals {
  accounts: number;
  belowZero: number;
  posted: bigint;
  held: bigint;
  pendingCredit: bigint;
  suspense: bigint;
}

export type TotalName = keyof Totals;

export interface AccountTotals {
  add(account: CheckedAccount): void;
  /** By currency. Amounts are in its major unit, and a float: to be looked at, never to be booked. */
  read(name: TotalName): Readonly<Record<string, number>>;
}

export function createAccountTotals(): AccountTotals {
  const byCurrency = new Map<string, Totals>();

  function of(currency: string): Totals {
    let totals = byCurrency.get(currency);
    if (totals === undefined) {
      totals = { accounts: 0, belowZero: 0, posted: 0n, held: 0n, pendingCredit: 0n, suspense: 0n };
      byCurrency.set(currency, totals);
    }
    return totals;
  }

  return {
    add(account) {
      const totals = of(account.currency);
      // What is nobody's is told apart: it is no customer's money, and may well be below zero.
      if (account.isSuspense) {
        totals.suspense += account.postedMinor;
        return;
      }
      totals.accounts += 1;
      if (account.availableMinor < 0n) totals.belowZero += 1;
      totals.posted += account.postedMinor;
      totals.held += account.heldMinor;
      totals.pendingCredit += account.pendingCreditMinor;
    },
    read: (name) =>
      Object.fromEntries(
        [...byCurrency].map(([currency, totals]) => {
          const value = totals[name];
          return [currency, typeof value === 'bigint' ? Number(formatAmount(value, currency)) : value];
        }),
      ),
  };
}
