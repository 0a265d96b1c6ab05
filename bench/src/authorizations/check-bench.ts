import type { Bench } from '../run-bench.ts';
import { gateAsJson, gateText } from './gate/gate-text.ts';
import { type CheckResult, measureCheck } from './measure/measure-check.ts';
import { machineAsJson } from './report/as-json.ts';
import { commitText, machineText } from './report/machine-text.ts';
import { appendResult } from './results/append-result.ts';
import { checkEntry } from './results/history-entry.ts';
import type { CheckOptions } from './suite-options.ts';

export function checkBench(options: CheckOptions): Bench<CheckOptions, CheckResult> {
  return {
    async measure(world) {
      const result = await measureCheck(options, world);
      appendResult(checkEntry(result, result.verdict));
      return result;
    },
    faultsOf: ({ verdict }) => (verdict.passed ? [] : ['the gate failed']),
    format: ({ result: { machine, commit, attempts, verdict } }) =>
      [
        `machine  ${machineText(machine)}`,
        `commit   ${commitText(commit)}`,
        ...(attempts === 1 ? [] : [`attempts ${attempts}`]),
        '',
        gateText(verdict),
      ].join('\n'),
    asJson: ({ result: { startedAt, machine, commit, attempts, verdict } }) => ({
      ...gateAsJson(verdict),
      attempts,
      started_at: startedAt,
      commit: commit.revision,
      commit_dirty: commit.isDirty,
      machine: machineAsJson(machine),
    }),
  };
}
