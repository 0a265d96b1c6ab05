import { faultsOfRun } from '../report/faults-of-run.ts';
import type { System } from '../report/suite-result.ts';
import { createUniform } from '../workload/create-uniform.ts';
import type { Ground } from './ground.ts';
import { playSaturated } from './play-load.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

/** Answers a second: as measured before on this ground, else measured now and not reported. */
export async function saturatedRate(stage: Stage, ground: Ground, system: System): Promise<number> {
  const known = ground.saturated.get(system);
  if (known !== undefined) return known;
  const title = `(${system} saturated, to know its rate)`;
  const servers = [await warmServer(stage, ground, system)] as const;
  const workload = createUniform(stage.source());
  const run = await playSaturated(stage, ground, { name: title, title, group: title, servers, workload });
  const faults = faultsOfRun(run);
  if (faults.length > 0) throw new Error(`${title}: ${faults.join(', ')}`);
  ground.saturated.set(system, run.load.answeredPerSecond);
  return run.load.answeredPerSecond;
}
