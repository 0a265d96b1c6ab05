export interface SeedProgress {
  /** So much work of this table is done. */
  advance(table: string, work: number): void;
  stop(): void;
}

const SAY_EVERY_MS = 10_000;

/** Says now and then how far it is, and how long the rest may take. `now` is in milliseconds. */
export function startSeedProgress(
  total: number,
  say: (line: string) => void,
  now: () => number = () => performance.now(),
): SeedProgress {
  const startedAtMs = now();
  let done = 0;
  let current = '';
  const timer = setInterval(() => {
    if (done > 0) say(progressText({ done, total, current, tookMs: now() - startedAtMs }));
  }, SAY_EVERY_MS);
  timer.unref();
  return {
    advance(table, work) {
      done += work;
      current = table;
    },
    stop: () => clearInterval(timer),
  };
}

export function progressText(state: { done: number; total: number; current: string; tookMs: number }): string {
  const { done, total, current, tookMs } = state;
  const leftMs = (tookMs * Math.max(0, total - done)) / done;
  const percent = Math.floor((100 * Math.min(done, total)) / total);
  return `seeding: ${percent} % after ${spanText(tookMs)}, about ${spanText(leftMs)} left (${current})`;
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
