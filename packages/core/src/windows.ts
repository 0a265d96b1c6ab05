import type { LimitWindow } from './facts.ts';

/** First day (`YYYY-MM-DD`, UTC) of the window that an instant falls into (money.md *window*). */
export function windowStart(window: Exclude<LimitWindow, 'transaction'>, atMs: number): string {
  const day = new Date(atMs).toISOString().slice(0, 10);
  return window === 'day' ? day : `${day.slice(0, 8)}01`;
}
