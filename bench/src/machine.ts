import { availableParallelism, loadavg } from 'node:os';

export interface Machine {
  readonly cores: number;
  /** Load averages of 1, 5 and 15 minutes: latency on a busy machine says little. */
  readonly loadBefore: readonly number[];
  readonly loadAfter: readonly number[];
}

/** Looks at the machine now, and once more when the returned function is called. */
export function watchMachine(): () => Machine {
  const loadBefore = loadavg();
  return () => ({ cores: availableParallelism(), loadBefore, loadAfter: loadavg() });
}

export function machineText({ cores, loadBefore, loadAfter }: Machine): string {
  return `${cores} cores, load average ${load(loadBefore)} -> ${load(loadAfter)}`;
}

function load(averages: readonly number[]): string {
  return (averages[0] ?? 0).toFixed(2);
}
