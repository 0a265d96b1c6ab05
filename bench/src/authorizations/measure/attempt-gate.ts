import { judgeGate } from '../gate/gate.ts';
import { gateText } from '../gate/gate-text.ts';
import type { SuiteRun } from '../report/suite-result.ts';

const ATTEMPTS_MAX = 3;

export interface Attempted {
  /** Of the last attempt. */
  readonly runs: readonly SuiteRun[];
  readonly attempts: number;
}

/** Until it passes, or another attempt would not mend it, at most three times: the machine may be busy with something else. */
export async function attemptGate(
  play: () => Promise<readonly SuiteRun[]>,
  say: (line: string) => void,
): Promise<Attempted> {
  for (let attempts = 1; ; attempts++) {
    const runs = await play();
    const verdict = judgeGate(runs);
    if (verdict.passed || !verdict.mayTryAgain || attempts === ATTEMPTS_MAX) return { runs, attempts };
    say(`${gateText(verdict)}\nattempt ${attempts} of ${ATTEMPTS_MAX}; trying again`);
  }
}
