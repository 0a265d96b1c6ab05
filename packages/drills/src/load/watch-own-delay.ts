const EVERY_MS = 10;
/** Timers are never quite on time. */
const USUAL_MS = 15;

/** Tells whenever this process was kept from running, by the machine or by itself, and for how long. Returns what ends it. */
export function watchOwnDelay(onLate: (atMs: number, lateMs: number) => void): () => void {
  let dueAtMs = performance.now() + EVERY_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    if (nowMs - dueAtMs > USUAL_MS) onLate(nowMs, nowMs - dueAtMs);
    dueAtMs = nowMs + EVERY_MS;
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
