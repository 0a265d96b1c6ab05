import { exponentOf, formatAmount } from '@freeway/core';

/** In major units; of what claims to be a currency and is none, the number as it is kept. */
export function showMoney(amountMinor: bigint, currency: string): string {
  return exponentOf(currency) === undefined ? String(amountMinor) : formatAmount(amountMinor, currency);
}
