import { faultsOfRun } from './faults-of-run.ts';
import type { RunName } from './run-names.ts';
import type { SuiteRun } from './suite-result.ts';

/** How a number comes from runs. */
export interface Source {
  readonly from: readonly RunName[];
  /** The number, or what the runs do not say. */
  valueOf(get: (name: RunName) => SuiteRun): number | string;
}

/** The number, or why there is none: a run that was not made, that is void, or that does not say. */
export function measure({ from, valueOf }: Source, runs: readonly SuiteRun[]): number | string {
  const byName = new Map(runs.map((run) => [run.name, run]));
  const missing = from.map((name) => whyUnusable(name, byName.get(name))).filter((why) => why !== undefined);
  return missing.length > 0 ? missing.join('; ') : valueOf((name) => byName.get(name) as SuiteRun);
}

function whyUnusable(name: RunName, run: SuiteRun | undefined): string | undefined {
  if (run === undefined) return `there was no run '${name}'`;
  const faults = faultsOfRun(run);
  return faults.length === 0 ? undefined : `the run '${name}' is void: ${faults.join(', ')}`;
}

export function throughputRatio(above: RunName, below: RunName): Source {
  return {
    from: [above, below],
    valueOf: (get) => get(above).load.answeredPerSecond / get(below).load.answeredPerSecond,
  };
}

/** CPU of these processes together for one authorization. */
export function cpuUsOf({ name, cpuUs }: SuiteRun, processes: readonly string[]): number | string {
  let sum = 0;
  for (const process of processes) {
    const us = cpuUs?.[process];
    if (us === undefined) return `the CPU of ${process} is not known in '${name}'`;
    sum += us;
  }
  return sum;
}
