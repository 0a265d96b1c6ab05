import type { BenchWorld } from '../../bench-world.ts';
import { watchMachine } from '../../machine.ts';
import { type GateVerdict, judgeGate } from '../gate/gate.ts';
import { heldRate } from '../gate/held-rate.ts';
import { RUN } from '../report/run-names.ts';
import type { Commit, SuiteMachine, SuiteRun } from '../report/suite-result.ts';
import { countText } from '../report/value-text.ts';
import { describeMachine } from '../results/describe-machine.ts';
import { readCommit } from '../results/read-commit.ts';
import type { CheckOptions } from '../suite-options.ts';
import { createCanonical } from '../workload/create-canonical.ts';
import { atRate } from './at-rate.ts';
import { attemptGate } from './attempt-gate.ts';
import { fillByImport } from './fill-by-import.ts';
import type { Ground } from './ground.ts';
import { measureSaturation } from './measure-saturation.ts';
import { playOnTime } from './play-load.ts';
import { saturatedRate } from './saturated-rate.ts';
import { createStage, type Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

export interface CheckResult {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly commit: Commit;
  readonly machine: SuiteMachine;
  /** Of the last attempt. */
  readonly verdict: GateVerdict;
  readonly attempts: number;
}

export async function measureCheck(options: CheckOptions, world: BenchWorld): Promise<CheckResult> {
  const startedAt = new Date().toISOString();
  const machine = watchMachine();
  const stage = createStage(world, { ...options, rounds: 1 });
  try {
    const ground = await stage.open({ name: 'main', users: options.users, fill: fillByImport(options.users) });
    const { runs, attempts } = await attemptGate(() => playGate(stage, ground), world.say);
    await stage.close();
    return {
      startedAt,
      commit: readCommit(),
      machine: describeMachine(machine(), stage.postgres()),
      verdict: judgeGate(stage.judged(runs)),
      attempts,
    };
  } finally {
    await stage.abandon();
  }
}

async function playGate(stage: Stage, ground: Ground): Promise<readonly SuiteRun[]> {
  const { runs } = await measureSaturation(stage, ground);
  const perSecond = heldRate(await saturatedRate(stage, ground, 'freeway'));
  const held = await playOnTime(
    stage,
    ground,
    {
      name: RUN.held,
      title: `Freeway, ${countText(perSecond)}/s`,
      group: 'at a rate',
      servers: [await warmServer(stage, ground, 'freeway')],
      workload: createCanonical(stage.source()),
    },
    atRate(stage, perSecond),
  );
  return [...runs, held];
}
