import { setTimeout as delay } from 'node:timers/promises';

export interface OnTime {
  /** Milliseconds since `startedAtMs`, rising. */
  readonly times: Iterable<number>;
  readonly startedAtMs: number;
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Must not wait. `intendedAtMs` is when it was due, however late we are. False ends it: there is no more. */
  send(intendedAtMs: number): boolean;
}

/**
 * Each message has its time. Whoever falls behind sends the rest at once, and its lateness is latency. Timers know whole
 * milliseconds: half of one is the usual lateness.
 */
export async function sendOnTime({ times, startedAtMs, signal, now, sleep = delay, send }: OnTime): Promise<void> {
  for (const time of times) {
    const dueAtMs = startedAtMs + time;
    for (let leftMs = dueAtMs - now(); leftMs > 0 && !signal.aborted; leftMs = dueAtMs - now())
      await sleep(Math.max(1, Math.round(leftMs)));
    if (signal.aborted || !send(dueAtMs)) return;
  }
}
