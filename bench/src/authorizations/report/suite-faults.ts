import { faultsOfRun } from './faults-of-run.ts';
import { valueText } from './value-text.ts';
import type { SuiteResult } from './suite-result.ts';

/**
 * Why the suite did not pass: what could not be measured, every void run, and every figure that misses its bar. What was not
 * asked for is not judged.
 */
export function suiteFaultsOf({
  runs,
  figures,
  failures,
}: Pick<SuiteResult, 'runs' | 'figures' | 'failures'>): readonly string[] {
  return [
    ...failures.map((failure) => `failed: ${failure}`),
    ...runs.flatMap((run) => faultsOfRun(run).map((fault) => `void: ${run.title}: ${fault}`)),
    ...figures
      .filter(({ verdict }) => verdict === 'missed')
      .map((figure) => `${figure.title}: ${valueText(figure, figure.value)}, not ${valueText(figure, figure.bar)}`),
  ];
}
