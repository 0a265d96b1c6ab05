import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** Shorter than any interval at which one reader asks; of several that ask at once each sees the same stretch of time. */
const WINDOW_MS = 4000;

/**
 * Tells the share of the time in which the event loop was busy, from 0 to 1, since a reading some seconds ago. One core
 * runs the loop: near 1 everything waits for it.
 */
export function readEventLoop(
  now: () => EventLoopUtilization = () => performance.eventLoopUtilization(),
): () => number {
  let since = now();
  let newest = since;
  return () => {
    const reading = now();
    if (totalMs(reading) - totalMs(newest) >= WINDOW_MS) {
      since = newest;
      newest = reading;
    }
    const total = totalMs(reading) - totalMs(since);
    return total > 0 ? (reading.active - since.active) / total : 0;
  };
}

const totalMs = ({ idle, active }: EventLoopUtilization): number => idle + active;
