import { setTimeout as delay } from 'node:timers/promises';

export interface ConstantRate {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Must not wait. `intendedAtMs` is when it was due, however late we are. */
  send(intendedAtMs: number): void;
}

/**
 * Open loop: each request has its time, whatever became of the ones before, as cardholders do not wait for each other.
 * Whoever falls behind sends the rest at once, and its lateness is latency. (autocannon's rate is a closed loop that
 * fires each second's requests in a row, so it cannot say what a constant rate costs.)
 */
export async function sendAtConstantRate(plan: ConstantRate): Promise<void> {
  const { ratePerSecond, durationMs, signal, now = () => performance.now(), sleep = delay, send } = plan;
  const total = Math.round((ratePerSecond * durationMs) / 1000);
  const startedAtMs = now();
  const dueAtMs = (index: number): number => startedAtMs + (index * 1000) / ratePerSecond;
  for (let index = 0; index < total && !signal.aborted;) {
    while (index < total && dueAtMs(index) <= now()) send(dueAtMs(index++));
    if (index < total) await sleep(Math.max(1, dueAtMs(index) - now()));
  }
}
