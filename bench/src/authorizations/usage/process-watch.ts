// oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ByGroup, ProcessGroups } from './process-cpu.ts';
import type { ProcessUsage } from './usage-sampler.ts';

/** For one load. */
export interface ProcessWatch {
  /** From now on, each second. */
  begin(): void;
  /** Until now. Undefined where the system does not say, and where nothing was begun. */
  end(): Promise<ProcessUsage | undefined>;
}

/**
 * Watches CPU and memory of groups of processes. In a thread of its own, for a look at all processes takes milliseconds, and
 * the thread that calls has requests to send meanwhile.
 */
export async function openProcessWatch(groups: ProcessGroups): Promise<ProcessWatch> {
  const worker = new Worker(new URL('./watch-worker.ts', import.meta.url), { workerData: groups, execArgv: [] });
  await once(worker, 'message');
  // A run that fails does not end the watch: nor may the watch keep it alive.
  worker.unref();
  return {
    begin: () => worker.postMessage('begin'),
    async end() {
      worker.ref();
      const ended = once(worker, 'message');
      worker.postMessage('end');
      const [usage] = (await ended) as [ProcessUsage | undefined];
      return usage;
    },
  };
}

/** Microseconds of CPU for one authorization. */
export function cpuPerAuthorization({ cpuSeconds }: ProcessUsage, authorizations: number): ByGroup {
  return Object.fromEntries(
    Object.entries(cpuSeconds).map(([name, seconds]) => [name, (seconds * 1e6) / authorizations]),
  );
}
