import { RUN } from '../report/run-names.ts';
import { createHotAccount } from '../workload/create-hot-account.ts';
import { createUniform } from '../workload/create-uniform.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import type { Load } from './load.ts';
import { playSaturated } from './play-load.ts';
import { byRate, playRounds } from './play-rounds.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

/** Purchases of any card, with what bounds them from above and what is usual; and those of one card. */
export async function measureSaturation(stage: Stage, ground: Ground): Promise<Findings> {
  const nullServer = await warmServer(stage, ground, 'null server');
  const freeway = await warmServer(stage, ground, 'freeway');
  const textbook = await warmServer(stage, ground, 'textbook');
  const saturate = (load: Omit<Load, 'group'>) => playSaturated(stage, ground, { ...load, group: 'saturated' });
  const uniform = () => createUniform(stage.source());
  const found = await playRounds(stage.rounds, byRate, [
    () => saturate({ name: RUN.nullServer, title: 'Fastify null server', servers: [nullServer], workload: uniform() }),
    () => saturate({ name: RUN.uniform, title: 'Freeway, uniform', servers: [freeway], workload: uniform() }),
    () =>
      saturate({
        name: RUN.hot,
        title: 'Freeway, one hot account',
        servers: [freeway],
        workload: createHotAccount(stage.source()),
      }),
    () => saturate({ name: RUN.textbook, title: 'textbook', servers: [textbook], workload: uniform() }),
  ]);
  for (const { name, system, load } of found.runs)
    if (name !== RUN.hot) ground.saturated.set(system, load.answeredPerSecond);
  return found;
}
