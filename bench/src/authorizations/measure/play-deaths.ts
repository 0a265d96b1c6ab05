import { setTimeout as delay } from 'node:timers/promises';
import { heldRate } from '../gate/held-rate.ts';
import { RUN } from '../report/run-names.ts';
import type { RunEvent, SuiteRun } from '../report/suite-result.ts';
import { countText } from '../report/value-text.ts';
import { createCanonical } from '../workload/create-canonical.ts';
import { atRate } from './at-rate.ts';
import type { Findings } from './findings.ts';
import type { PlaceOfDeaths } from './place-of-deaths.ts';
import { playOnTime } from './play-load.ts';
import { byP99, playRounds } from './play-rounds.ts';
import { saturatedRate } from './saturated-rate.ts';
import type { Stage } from './stage.ts';
import { untilCalm } from './until-calm.ts';
import { warmServer } from './warm-server.ts';

const HIGHEST_PER_SECOND = 500;
/** Times as long as other loads: half of it is before the death. */
const TIMES = 2;
/** For those who had lost a server to find it again. */
const RECONNECT_MS = 3000;

const DEATHS = [
  { server: 'redis', name: RUN.redisDies, title: 'Redis dies' },
  { server: 'rabbitmq', name: RUN.rabbitmqDies, title: 'RabbitMQ dies' },
  { server: 'mongodb', name: RUN.mongodbDies, title: 'MongoDB dies' },
] as const;

/** A constant load, and in the middle of it a server is killed, each time another; afterwards it is started again. */
export async function playDeaths(stage: Stage, place: PlaceOfDeaths): Promise<Findings> {
  const saturatedPerSecond = await saturatedRate(stage, place.ground, 'freeway');
  const perSecond = Math.min(HIGHEST_PER_SECOND, heldRate(saturatedPerSecond));
  const { servers } = place;
  return playRounds(stage.rounds, byP99, [
    () => playWith(stage, place, { name: RUN.allAlive, title: 'all servers alive', perSecond }),
    ...DEATHS.map(({ server, name, title }) => async () => {
      const run = await playWith(stage, place, { name, title, perSecond, kill: () => servers.kill(server) });
      await servers.restart(server);
      await delay(RECONNECT_MS, undefined, { signal: stage.world.signal });
      return run;
    }),
  ]);
}

interface Death {
  readonly name: string;
  readonly title: string;
  readonly perSecond: number;
  kill?(): Promise<void>;
}

async function playWith(
  stage: Stage,
  place: PlaceOfDeaths,
  { name, title, perSecond, kill }: Death,
): Promise<SuiteRun> {
  const { ground } = place;
  const durationMs = stage.durationMs * TIMES;
  await untilCalm(stage, place);
  let killing: Promise<RunEvent> | undefined;
  async function killInTheMiddle(): Promise<RunEvent> {
    const startedAtMs = performance.now();
    await delay(durationMs / 2, undefined, { signal: stage.world.signal });
    const second = (performance.now() - startedAtMs) / 1000;
    await kill?.();
    return { second, title: 'dies' };
  }
  const run = await playOnTime(
    stage,
    ground,
    {
      name,
      title: `${title}, ${countText(perSecond)}/s`,
      group: 'while a server dies',
      servers: [await warmServer(stage, ground, 'freeway')],
      workload: createCanonical(stage.source()),
      durationMs,
      onCounting() {
        if (kill === undefined) return;
        killing = killInTheMiddle();
        // Awaited below, when the load is over.
        killing.catch(() => undefined);
      },
    },
    atRate(stage, perSecond),
  );
  return killing === undefined ? run : { ...run, events: [await killing] };
}
