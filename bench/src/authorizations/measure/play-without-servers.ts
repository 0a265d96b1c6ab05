import type { SuiteRun } from '../report/suite-result.ts';
import { createCanonical } from '../workload/create-canonical.ts';
import { createHotAccount } from '../workload/create-hot-account.ts';
import { createUniform } from '../workload/create-uniform.ts';
import type { Workload } from '../workload/workload.ts';
import type { Findings } from './findings.ts';
import { playBurst } from './measure-burst.ts';
import { playIdle } from './measure-idle.ts';
import type { PlaceOfDeaths } from './place-of-deaths.ts';
import { playSaturated } from './play-load.ts';
import { saturatedRate } from './saturated-rate.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

const DEAD = 'Redis, RabbitMQ and MongoDB dead';

/** The same loads as elsewhere when all three are dead, and the relay and the worker look for them. */
export async function playWithoutServers(stage: Stage, { ground, servers }: PlaceOfDeaths): Promise<Findings> {
  for (const server of ['redis', 'rabbitmq', 'mongodb'] as const) await servers.kill(server);
  const freeway = [await warmServer(stage, ground, 'freeway')] as const;
  const saturate = (what: string, workload: Workload): Promise<SuiteRun> =>
    playSaturated(stage, ground, { ...namesOf(what), group: `saturated, ${DEAD}`, servers: freeway, workload });
  const uniform = await saturate('uniform', createUniform(stage.source()));
  const hot = await saturate('one hot account', createHotAccount(stage.source()));
  const canonical = await saturate('canonical', createCanonical(stage.source()));
  const atARate = { group: `at a rate, ${DEAD}`, servers: freeway };
  const idle = await playIdle(stage, ground, { ...namesOf('idle: 1/s'), ...atARate });
  const saturatedPerSecond = await saturatedRate(stage, ground, 'freeway');
  const burst = await playBurst(
    stage,
    ground,
    { name: 'burst, servers dead', title: 'Freeway, servers dead', ...atARate },
    saturatedPerSecond,
  );
  return { runs: [uniform, hot, canonical, idle, burst] };
}

function namesOf(what: string): Pick<SuiteRun, 'name' | 'title'> {
  return { name: `${what}, servers dead`, title: `Freeway, ${what}, servers dead` };
}
