import { RUN } from '../report/run-names.ts';
import { countText } from '../report/value-text.ts';
import { createUniform } from '../workload/create-uniform.ts';
import { deadRedis } from './dead-redis.ts';
import { fillByImport } from './fill-by-import.ts';
import { fillBySeed } from './fill-by-seed.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { mergeFindings } from './merge-findings.ts';
import { playSaturated } from './play-load.ts';
import { byRate, playRounds } from './play-rounds.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';
import { warmUpFor } from './warm-up.ts';

const GROUP = 'large programmes';
const PAST = 20_000_000;

const PROGRAMMES = [
  { cards: 1_000_000, large: '1 million cards', empty: 'empty beside 1 million cards' },
  { cards: 10_000_000, large: RUN.large, empty: RUN.emptyBesideLarge },
] as const;

type Programme = (typeof PROGRAMMES)[number];

/** Programmes that have run for a month, each compared with one that is small and new, in turn. */
export async function measureLarge(stage: Stage): Promise<Findings> {
  const { users } = stage;
  const empty = await stage.open({ name: 'empty', users, fill: fillByImport(users) });
  const found: Findings[] = [];
  for (const programme of PROGRAMMES) found.push(await compare(stage, empty, programme));
  return mergeFindings(found);
}

async function compare(stage: Stage, empty: Ground, programme: Programme): Promise<Findings> {
  const { cards } = programme;
  const large = await stage.open({ name: `cards-${cards}`, users: stage.users, fill: fillBySeed(cards, PAST) });
  const uniform = () => createUniform({ ...stage.source(), users: cards });
  const onEmpty = await warmServer(stage, empty, 'freeway');
  const onLarge = await large.server('freeway');
  await warmUpFor(stage, large, onLarge, uniform());
  const title = `${countText(cards)} cards, ${countText(PAST)} authorizations`;
  const compared = await playRounds(stage.rounds, byRate, [
    () =>
      playSaturated(stage, empty, {
        name: programme.empty,
        title: `small and new, beside ${countText(cards)} cards`,
        group: GROUP,
        servers: [onEmpty],
        workload: createUniform(stage.source()),
      }),
    () =>
      playSaturated(stage, large, {
        name: programme.large,
        title,
        group: GROUP,
        servers: [onLarge],
        workload: uniform(),
      }),
  ]);
  // What of it is that hardly any card is in the gateway's cache, and what is the size of tables and indexes.
  const known = await playSaturated(stage, large, {
    name: `${programme.large}, few of them`,
    title: `${title}, purchases of ${countText(stage.users)} of them`,
    group: GROUP,
    servers: [onLarge],
    workload: createUniform(stage.source()),
  });
  await large.stop(onLarge);
  const alone = await large.startGateway('gateway without Redis', await deadRedis());
  await warmUpFor(stage, large, alone, uniform());
  const dead = await playSaturated(stage, large, {
    name: `${programme.large}, Redis dead`,
    title: `${title}, Redis dead`,
    group: GROUP,
    servers: [alone],
    workload: uniform(),
  });
  // The next one needs the disk.
  await large.close();
  return { ...compared, runs: [...compared.runs, known, dead] };
}
