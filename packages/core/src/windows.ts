import type { LimitWindow } from './facts.ts';
import { dayText } from './instant-text.ts';

/** First day (`YYYY-MM-DD`, UTC) of the window that an instant falls into (money.md *window*). */
export function windowStart(window: Exclude<LimitWindow, 'transaction'>, atMs: number): string {
  const day = dayText(atMs);
  return window === 'day' ? day : `${day.slice(0, -2)}01`;
}
