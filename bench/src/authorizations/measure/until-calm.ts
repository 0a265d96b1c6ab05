import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from './stage.ts';
import type { PlaceOfDeaths } from './place-of-deaths.ts';

const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 500;

/** Until the relay has published what the ledger has, and the worker has taken it: what was left undone takes time from what follows. */
export async function untilCalm(
  { world }: Stage,
  { relay, worker }: Pick<PlaceOfDeaths, 'relay' | 'worker'>,
): Promise<void> {
  const givesUpAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = [
      await readGauge(relay, /^freeway_outbox_backlog(?:\{[^}]*\})? (\S+)$/m, world.signal),
      await readGauge(worker, /^freeway_queue_ready\{[^}]*"jit-funding-queue"[^}]*\} (\S+)$/m, world.signal),
    ];
    if (left.every((count) => count === 0)) return;
    if (performance.now() > givesUpAtMs) {
      world.say(`after ${PATIENCE_MS / 1000} s ${left.join(' and ')} messages are still to be published and taken`);
      return;
    }
    await delay(LOOK_EVERY_MS, undefined, { signal: world.signal });
  }
}

/** Of a process's metrics; undefined while it does not say. */
async function readGauge(url: URL, gauge: RegExp, signal: AbortSignal): Promise<number | undefined> {
  try {
    const response = await fetch(new URL('/metrics', url), { signal });
    const value = gauge.exec(await response.text())?.[1];
    return value === undefined ? undefined : Number(value);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
