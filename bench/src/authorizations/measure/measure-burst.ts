import { burstArrivals } from '../load/arrivals.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import { countText } from '../report/value-text.ts';
import { createUniform } from '../workload/create-uniform.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import type { Load } from './load.ts';
import { playOnTime } from './play-load.ts';
import { saturatedRate } from './saturated-rate.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

const FACTOR = 10;
/** What the burst comes to, of the same load's saturation: a burst beyond it is the saturation curve's. */
const SHARE = 0.8;
const LONGEST_MS = 5000;

export async function measureBurst(stage: Stage, ground: Ground): Promise<Findings> {
  const saturatedPerSecond = await saturatedRate(stage, ground, 'freeway');
  const servers = [await warmServer(stage, ground, 'freeway')] as const;
  const names = { name: 'burst', title: 'Freeway', group: 'at a rate' };
  return { runs: [await playBurst(stage, ground, { ...names, servers }, saturatedPerSecond)] };
}

/** Ten times the rate in the middle of the load, and the rate again. */
export async function playBurst(
  stage: Stage,
  ground: Ground,
  load: Omit<Load, 'workload'>,
  saturatedPerSecond: number,
): Promise<SuiteRun> {
  const ratePerSecond = Math.max(1, Math.floor((saturatedPerSecond * SHARE) / FACTOR));
  const burstMs = Math.min(LONGEST_MS, stage.durationMs / 3);
  const burstAt = (stage.durationMs - burstMs) / 2;
  const second = burstAt / 1000;
  const run = await playOnTime(
    stage,
    ground,
    {
      ...load,
      title: `${load.title}, ${countText(ratePerSecond)}/s, and ${FACTOR} times that for ${(burstMs / 1000).toFixed(1)} s`,
      workload: createUniform(stage.source()),
    },
    (durationMs, warmUpMs) =>
      burstArrivals(
        { ratePerSecond, durationMs, factor: FACTOR, burstAtMs: warmUpMs + burstAt, burstMs },
        stage.source().random,
      ),
  );
  return { ...run, events: [{ second, title: `${FACTOR}x` }] };
}
