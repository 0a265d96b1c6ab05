import { constantArrivals } from '../load/arrivals.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import { createCanonical } from '../workload/create-canonical.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import type { Load } from './load.ts';
import { playOnTime } from './play-load.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

/** Times as long as other loads, for it counts to few. */
const TIMES = 4;

export async function measureIdle(stage: Stage, ground: Ground): Promise<Findings> {
  const servers = [await warmServer(stage, ground, 'freeway')] as const;
  return {
    runs: [await playIdle(stage, ground, { name: 'idle', title: 'Freeway, idle: 1/s', group: 'at a rate', servers })],
  };
}

/** One request a second. */
export async function playIdle(stage: Stage, ground: Ground, load: Omit<Load, 'workload'>): Promise<SuiteRun> {
  const run = await playOnTime(
    stage,
    ground,
    { ...load, workload: createCanonical(stage.source()), durationMs: stage.durationMs * TIMES },
    (durationMs) => constantArrivals({ ratePerSecond: 1, durationMs }),
  );
  // What a process does by itself is no cost of its few requests.
  return { ...run, cpuUs: undefined };
}
