import type { Arrivals } from '../load/arrivals.ts';
import { checkAnswer, checkStatusAlone } from '../load/check-answer.ts';
import { playClosedLoop } from '../load/closed-loop.ts';
import type { LoadPlan } from '../load/load-plan.ts';
import type { LoadResult } from '../load/load-result.ts';
import { playOpenLoop } from '../load/open-loop.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import { openProcessWatch } from '../usage/process-watch.ts';
import type { ProcessUsage } from '../usage/usage-sampler.ts';
import { cpuUsOf } from './cpu-us-of.ts';
import { CREDENTIALS } from './credentials.ts';
import type { Ground } from './ground.ts';
import type { Load } from './load.ts';
import { processGroupsOf } from './process-groups-of.ts';
import { progressText } from './progress-text.ts';
import type { Stage } from './stage.ts';

/** A closed loop: as much as the servers take. */
export function playSaturated(stage: Stage, ground: Ground, load: Load): Promise<SuiteRun> {
  return play(stage, ground, load, (plan, durationMs) =>
    playClosedLoop({ ...plan, durationMs, connections: stage.connections }),
  );
}

/** As many as an open loop opens when answers stall: cardholders do not queue for each other. */
const OPEN_CONNECTIONS_MAX = 512;

/** An open loop: each message has its time. `arrivalsFor` is told how long all of it takes, and how long its warm-up. */
export function playOnTime(
  stage: Stage,
  ground: Ground,
  load: Load,
  arrivalsFor: (durationMs: number, warmUpMs: number) => Arrivals,
): Promise<SuiteRun> {
  return play(stage, ground, load, (plan, durationMs) => {
    const arrivals = arrivalsFor(plan.warmUpMs + durationMs, plan.warmUpMs);
    return playOpenLoop({ ...plan, arrivals, connections: OPEN_CONNECTIONS_MAX });
  });
}

type Plan = Omit<LoadPlan, 'connections'>;

/** Of a server that has served before: until the queues are what this load makes them. */
const WARM_UP_MAX_MS = 5000;

async function play(
  stage: Stage,
  ground: Ground,
  load: Load,
  start: (plan: Plan, durationMs: number) => Promise<LoadResult>,
): Promise<SuiteRun> {
  const { name, title, group, servers, workload, durationMs = stage.durationMs } = load;
  const { signal, say } = stage.world;
  const { system } = servers[0];
  const watch = await openProcessWatch(processGroupsOf(ground, servers));
  let usage: Promise<ProcessUsage | undefined> | undefined;
  const plan: Plan = {
    targets: servers.map(({ url }) => url),
    credentials: CREDENTIALS,
    workload,
    check: system === 'null server' ? checkStatusAlone : checkAnswer,
    warmUpMs: load.warmUpMs ?? Math.min(WARM_UP_MAX_MS, durationMs / 3),
    signal,
    onCounting() {
      watch.begin();
      load.onCounting?.();
    },
    onCounted: () => void (usage = watch.end()),
  };
  ground.played(name);
  const result = await start(plan, durationMs);
  const used = await usage;
  const run: SuiteRun = {
    name,
    title,
    group,
    system,
    load: result,
    cpuUs: used && cpuUsOf(used, result.answered),
    rssBytes: used?.rssBytes,
  };
  say(progressText(run));
  return run;
}
