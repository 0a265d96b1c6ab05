import type { SuiteRun, System } from '../report/suite-result.ts';

/** What turned out to be wrong when a ground was closed. */
export interface GroundFaults {
  /** Names of the runs that were played on it. */
  readonly played: ReadonlySet<string>;
  readonly bySystem: Readonly<Record<System, SystemFaults>>;
}

interface SystemFaults {
  /** Of its books, which are those of all its runs: when they are wrong, none of them counts. */
  readonly ledgerFault: string | undefined;
  readonly processFaults: readonly string[];
}

/** The run with what its ground turned out to be. */
export function withGroundFaults(run: SuiteRun, all: readonly GroundFaults[]): SuiteRun {
  const faults = all.find(({ played }) => played.has(run.name));
  return faults === undefined ? run : { ...run, ...faults.bySystem[run.system] };
}
