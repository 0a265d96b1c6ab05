import { createColdCards } from '../workload/create-cold-cards.ts';
import { createSkipping } from '../workload/skipping.ts';
import { deadRedis } from './dead-redis.ts';
import { fillBySeed } from './fill-by-seed.ts';
import type { Findings } from './findings.ts';
import { playSaturated } from './play-load.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';
import { warmUp } from './warm-up.ts';

/** More than both loads ask about. */
const CARDS = 400_000;
/** What a past costs is measured elsewhere. */
const PAST = 1000;

/** Purchases of cards of which no gateway has heard yet: every one has to be looked up. */
export async function measureCold(stage: Stage): Promise<Findings> {
  const { users } = stage;
  const ground = await stage.open({ name: 'cold', users, fill: fillBySeed(CARDS + users, PAST) });
  const unknown = createSkipping(createColdCards({ ...stage.source(), users: CARDS + users }), users);
  const load = { group: 'saturated, cold', workload: unknown };
  const freeway = await warmServer(stage, ground, 'freeway');
  const cold = await playSaturated(stage, ground, {
    ...load,
    name: 'cold',
    title: 'Freeway, cold cards',
    servers: [freeway],
  });
  await ground.stop(freeway);
  const alone = await ground.startGateway('gateway without Redis', await deadRedis());
  await warmUp(stage, ground, alone);
  const coldAndDead = await playSaturated(stage, ground, {
    ...load,
    name: 'cold, Redis dead',
    title: 'Freeway, cold cards, Redis dead',
    servers: [alone],
  });
  return { runs: [cold, coldAndDead] };
}
