import { setTimeout as delay } from 'node:timers/promises';
import type { FreewayProcess } from './freeway.ts';

const READY_TIMEOUT_MS = 30_000;

/** Until the process says so on `/ready`. */
export async function untilReady(started: FreewayProcess, url: URL, signal: AbortSignal): Promise<void> {
  const givesUpAtMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < givesUpAtMs && started.isRunning()) {
    const isReady = await fetch(new URL('/ready', url), { signal }).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await delay(50, undefined, { signal });
  }
  throw new Error(`freeway ${started.name} is not ready; its log ends with\n${started.logTail()}`);
}
