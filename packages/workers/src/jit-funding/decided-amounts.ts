import { exponentOf, formatAmount } from '@freeway/core';
import type { Metrics } from '@freeway/runtime';
import type { DecidedMessage } from './decided-message.ts';

/**
 * Counts what was approved and declined, by currency. Here and not at the gateway: the hot path has nothing to do with it. A
 * message that comes twice is counted twice: it is for looking at, never for booking.
 */
export function createDecidedAmounts(metrics: Metrics): (decided: DecidedMessage) => void {
  const counted = {
    approve: metrics.growingCounters(
      'freeway_approved_amount_total',
      'Amounts approved, in major units of the currency.',
      'currency',
    ),
    decline: metrics.growingCounters(
      'freeway_declined_amount_total',
      'Amounts declined, in major units of the currency.',
      'currency',
    ),
  };
  return ({ source, outcome, amount_minor: amountMinor, currency }) => {
    // An approval that was undone has been counted when it was told.
    if (source === 'void' || outcome === undefined || amountMinor === undefined || currency === undefined) return;
    if (exponentOf(currency) === undefined || !/^\d+$/.test(amountMinor)) return;
    counted[outcome](currency).inc(Number(formatAmount(BigInt(amountMinor), currency)));
  };
}
