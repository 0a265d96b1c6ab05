import { faultsOfRun } from '../report/faults-of-run.ts';
import { FIGURE_SOURCES } from '../report/figures-of.ts';
import { cpuUsOf, measure, type Source } from '../report/measure.ts';
import { PROCESS } from '../report/process-names.ts';
import { RUN } from '../report/run-names.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import { type GateId, type Threshold, THRESHOLDS } from './thresholds.ts';

export interface GateCheck extends Threshold {
  readonly passed: boolean;
  readonly value: number | undefined;
  /** Why there is no value. */
  readonly whyNot: string | undefined;
}

export interface GateVerdict {
  readonly passed: boolean;
  /**
   * Only measures were missed, which happens on a machine that is busy with others. What was answered or booked wrongly is not
   * mended by another attempt.
   */
  readonly mayTryAgain: boolean;
  readonly checks: readonly GateCheck[];
  /** What was answered or booked wrongly, by run. */
  readonly faults: readonly string[];
}

const SOURCES: Readonly<Record<GateId, Source>> = {
  saturated_to_null: FIGURE_SOURCES.saturated_to_null,
  saturated_to_textbook: FIGURE_SOURCES.saturated_to_textbook,
  hot_to_uniform: FIGURE_SOURCES.hot_to_uniform,
  cpu_to_null: {
    from: [RUN.uniform, RUN.nullServer],
    valueOf: (get) => {
      const ours = cpuUsOf(get(RUN.uniform), [PROCESS.gateway, PROCESS.postgres]);
      const floor = cpuUsOf(get(RUN.nullServer), [PROCESS.nullServer]);
      if (typeof ours === 'string') return ours;
      return typeof floor === 'string' ? floor : ours / floor;
    },
  },
  held_share: {
    from: [RUN.held],
    valueOf: (get) => {
      const { offeredPerSecond, answeredPerSecond } = get(RUN.held).load;
      return offeredPerSecond === undefined ? 'nothing was offered at a rate' : answeredPerSecond / offeredPerSecond;
    },
  },
  held_p99: { from: [RUN.held], valueOf: (get) => get(RUN.held).load.latencyMs.p99 },
};

/** Judges a few short runs, which are called as in run-names.ts. A measure that is missing is a failed one. */
export function judgeGate(runs: readonly SuiteRun[]): GateVerdict {
  const checks = THRESHOLDS.map((threshold) => judge(threshold, measure(SOURCES[threshold.id], runs)));
  const faults = runs.flatMap((run) => faultsOfRun(run).map((fault) => `${run.title}: ${fault}`));
  return {
    passed: faults.length === 0 && checks.every(({ passed }) => passed),
    mayTryAgain: faults.length === 0 && checks.every(({ value }) => value !== undefined),
    checks,
    faults,
  };
}

function judge(threshold: Threshold, value: number | string): GateCheck {
  if (typeof value === 'string') return { ...threshold, passed: false, value: undefined, whyNot: value };
  const passed = threshold.better === 'higher' ? value >= threshold.limit : value <= threshold.limit;
  return { ...threshold, passed, value, whyNot: undefined };
}
