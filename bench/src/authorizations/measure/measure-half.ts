import { RUN } from '../report/run-names.ts';
import { createUniform } from '../workload/create-uniform.ts';
import { atRate } from './at-rate.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { playOnTime } from './play-load.ts';
import { byP99, playRounds } from './play-rounds.ts';
import { saturatedRate } from './saturated-rate.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

/** What is waited for at half of saturation; and what of it is the generator's own, which the null server shows. */
export async function measureHalf(stage: Stage, ground: Ground): Promise<Findings> {
  const perSecond = (await saturatedRate(stage, ground, 'freeway')) / 2;
  const freeway = await warmServer(stage, ground, 'freeway');
  const nullServer = await warmServer(stage, ground, 'null server');
  const load = { group: 'at a rate', workload: createUniform(stage.source()) };
  return playRounds(stage.rounds, byP99, [
    () =>
      playOnTime(
        stage,
        ground,
        { ...load, name: RUN.half, title: 'Freeway, half of saturation', servers: [freeway] },
        atRate(stage, perSecond),
      ),
    () =>
      playOnTime(
        stage,
        ground,
        { ...load, name: RUN.floor, title: "null server, half of Freeway's saturation", servers: [nullServer] },
        atRate(stage, perSecond),
      ),
  ]);
}
