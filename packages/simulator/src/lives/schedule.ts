import type { Life } from './script.ts';

/** Lets lives go on, each at its own pace. */
export interface Schedule {
  start(life: Life): void;
  /** Lives that are not over. */
  waiting(): number;
  /** Plays every life to its end without waiting, the next due first. */
  hurry(): void;
  /** Ends every life where it is. */
  stop(): void;
}

export function createSchedule(dayMs: number, nowMs: () => number): Schedule {
  const due = new Map<Life, { readonly atMs: number; readonly timer: NodeJS.Timeout }>();

  function goOn(life: Life): void {
    due.delete(life);
    const { done, value } = life.next();
    if (done === true) return;
    const waitMs = value * dayMs;
    due.set(life, { atMs: nowMs() + waitMs, timer: setTimeout(() => goOn(life), waitMs) });
  }

  function nextDue(): Life | undefined {
    let next: { readonly life: Life; readonly atMs: number } | undefined;
    for (const [life, { atMs }] of due) if (next === undefined || atMs < next.atMs) next = { life, atMs };
    return next?.life;
  }

  return {
    start: goOn,
    waiting: () => due.size,
    hurry() {
      for (let life = nextDue(); life !== undefined; life = nextDue()) {
        clearTimeout(due.get(life)?.timer);
        goOn(life);
      }
    },
    stop() {
      for (const { timer } of due.values()) clearTimeout(timer);
      due.clear();
    },
  };
}
