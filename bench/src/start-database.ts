import { setTimeout as delay } from 'node:timers/promises';
import type { BenchWorld } from './bench-world.ts';
import type { FreewayProcess } from './freeway.ts';

export interface RunningDatabase extends FreewayProcess {
  readonly url: string;
}

const TIMEOUT_MS = 60_000;

/** The embedded database alone, so that the other processes may come and go. */
export async function startDatabase({ freeway, signal }: BenchWorld): Promise<RunningDatabase> {
  const started = freeway.start(['database'], {});
  const givesUpAtMs = performance.now() + TIMEOUT_MS;
  while (performance.now() < givesUpAtMs && started.isRunning()) {
    const url = /^postgres:\/\/\S+$/m.exec(started.log())?.[0];
    if (url !== undefined) return { ...started, url };
    await delay(50, undefined, { signal });
  }
  throw new Error(`freeway database does not run; its log ends with\n${started.logTail()}`);
}
