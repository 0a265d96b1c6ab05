import { faultsOfRun } from '../report/faults-of-run.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import type { Findings } from './findings.ts';
import { roundNotes } from './round-notes.ts';

/** Of two runs of one load, what to compare. */
type Measure = (run: SuiteRun) => number;

export const byRate: Measure = ({ load }) => load.answeredPerSecond;
export const byP99: Measure = ({ load }) => load.latencyMs.p99;

/**
 * Loads that are compared, one after the other and then all of them again: a machine that is slow for a while is slow for
 * all of them. Of each the median counts.
 */
export async function playRounds(
  rounds: number,
  measure: Measure,
  loads: readonly (() => Promise<SuiteRun>)[],
): Promise<Findings> {
  const played: SuiteRun[][] = [];
  for (let round = 0; round < rounds; round++) {
    const runs: SuiteRun[] = [];
    for (const play of loads) runs.push(await play());
    played.push(runs);
  }
  const byLoad = Map.groupBy(played.flat(), ({ name }) => name);
  return { runs: [...byLoad.values()].map((runs) => medianOf(runs, measure)), notes: roundNotes(played) };
}

/** The run in the middle, of an even number the lower of both; or one that is void, for no other makes good for it. */
export function medianOf(runs: readonly SuiteRun[], measure: Measure): SuiteRun {
  const sorted = runs.toSorted((one, other) => measure(one) - measure(other));
  const median = runs.find((run) => faultsOfRun(run).length > 0) ?? sorted[Math.floor((sorted.length - 1) / 2)];
  if (median === undefined) throw new RangeError('no run has no median');
  return median;
}
