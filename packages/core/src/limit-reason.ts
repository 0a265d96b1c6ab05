import type { DeclineReason } from './decline-reason.ts';

/** The reason for which a counter refuses. Amounts come before counts, days before months: as in DECLINE_REASONS. */
export function limitReason(window: 'day' | 'month', bound: 'amount' | 'count'): DeclineReason {
  if (bound === 'amount') return window === 'day' ? 'daily_amount_limit' : 'monthly_amount_limit';
  return window === 'day' ? 'daily_count_limit' : 'monthly_count_limit';
}
