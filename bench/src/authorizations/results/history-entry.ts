import type { GateVerdict } from '../gate/gate.ts';
import { faultsOfRun } from '../report/faults-of-run.ts';
import { suiteFaultsOf } from '../report/suite-faults.ts';
import type { Commit, SuiteMachine, SuiteResult } from '../report/suite-result.ts';
import { machineKindOf } from './machine-kind.ts';

/** One line of the history. */
export interface HistoryEntry {
  /** The whole suite, or the gate with its short runs: not to be compared with each other. */
  readonly kind: 'suite' | 'check';
  readonly startedAt: string;
  readonly revision: string;
  readonly isDirty: boolean;
  readonly machineKind: string;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string;
  /** The first load average before it began: latency on a busy machine says little. */
  readonly loadBefore: number;
  readonly passed: boolean;
  /** Something was answered or booked wrongly in one of its runs. */
  readonly isVoid: boolean;
  /** Those that were measured, by id. */
  readonly figures: Readonly<Record<string, number>>;
}

export function suiteEntry(result: SuiteResult): HistoryEntry {
  return {
    kind: 'suite',
    ...whenAndWhere(result),
    passed: suiteFaultsOf(result).length === 0,
    isVoid: result.runs.some((run) => faultsOfRun(run).length > 0),
    figures: measured(result.figures),
  };
}

export function checkEntry(where: WhenAndWhere, verdict: GateVerdict): HistoryEntry {
  return {
    kind: 'check',
    ...whenAndWhere(where),
    passed: verdict.passed,
    isVoid: verdict.faults.length > 0,
    figures: measured(verdict.checks),
  };
}

interface WhenAndWhere {
  readonly startedAt: string;
  readonly commit: Commit;
  readonly machine: SuiteMachine;
}

function whenAndWhere({ startedAt, commit, machine }: WhenAndWhere) {
  const { kernel, node, postgres, loadBefore } = machine;
  return {
    startedAt,
    ...commit,
    machineKind: machineKindOf(machine),
    kernel,
    node,
    postgres,
    loadBefore: loadBefore[0] ?? 0,
  };
}

function measured(all: readonly { readonly id: string; readonly value: number | undefined }[]) {
  return Object.fromEntries(all.flatMap(({ id, value }) => (value === undefined ? [] : [[id, value]])));
}
