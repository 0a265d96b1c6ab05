import type { BenchWorld } from '../../bench-world.ts';
import { watchMachine } from '../../machine.ts';
import { FIGURE_SOURCES, figuresOf } from '../report/figures-of.ts';
import type { SuiteResult, SuiteRun } from '../report/suite-result.ts';
import type { TargetId } from '../report/targets.ts';
import { describeMachine } from '../results/describe-machine.ts';
import { readCommit } from '../results/read-commit.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { chooseMeasurements } from './choose-measurements.ts';
import { mergeFindings } from './merge-findings.ts';
import { runMeasurements } from './run-measurements.ts';
import { createStage } from './stage.ts';

/** Measures whatever is asked for, in its order. What fails is said, and the rest is measured all the same. */
export async function measureSuite(options: SuiteOptions, world: BenchWorld): Promise<SuiteResult> {
  const startedAtMs = Date.now();
  const machine = watchMachine();
  const stage = createStage(world, options);
  try {
    const { findings, failures } = await runMeasurements(stage, chooseMeasurements(options));
    const { runs: played, curves, references, notes } = mergeFindings(findings);
    const runs = stage.judged(played);
    return {
      startedAt: new Date(startedAtMs).toISOString(),
      tookMs: Date.now() - startedAtMs,
      command: options.command,
      commit: readCommit(),
      machine: describeMachine(machine(), stage.postgres()),
      runs,
      saturation: curves,
      references,
      figures: figuresOf(runs, notes).filter(({ id }) => options.only === undefined || isAbout(id, runs)),
      failures,
    };
  } finally {
    await stage.abandon();
  }
}

/** Whether any of its runs was made. */
function isAbout(id: TargetId, runs: readonly SuiteRun[]): boolean {
  return FIGURE_SOURCES[id].from.some((name) => runs.some((run) => run.name === name));
}
