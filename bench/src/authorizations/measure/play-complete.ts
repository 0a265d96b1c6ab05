import { createUniform } from '../workload/create-uniform.ts';
import type { Findings } from './findings.ts';
import type { PlaceOfDeaths } from './place-of-deaths.ts';
import { playSaturated } from './play-load.ts';
import { byRate, playRounds } from './play-rounds.ts';
import type { Stage } from './stage.ts';
import { untilCalm } from './until-calm.ts';
import { warmServer } from './warm-server.ts';

const GROUP = 'saturated, with Redis, RabbitMQ and MongoDB';

/** Freeway with its relay and its worker, and the textbook with its cache and its broker. */
export async function playComplete(stage: Stage, place: PlaceOfDeaths): Promise<Findings> {
  const { ground } = place;
  const textbook = await warmServer(stage, ground, 'textbook');
  const freeway = await warmServer(stage, ground, 'freeway');
  const play = async (name: string, server: typeof freeway) => {
    await untilCalm(stage, place);
    const load = { name, title: name, group: GROUP, servers: [server] as const };
    return playSaturated(stage, ground, { ...load, workload: createUniform(stage.source()) });
  };
  const found = await playRounds(stage.rounds, byRate, [
    () => play('Freeway with relay and worker', freeway),
    () => play('textbook with Redis and RabbitMQ', textbook),
  ]);
  // It says good-bye to its broker, which will not be there for long.
  await ground.stop(textbook);
  await untilCalm(stage, place);
  return found;
}
