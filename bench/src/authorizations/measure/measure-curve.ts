import { setTimeout as delay } from 'node:timers/promises';
import { faultsOfRun } from '../report/faults-of-run.ts';
import type { ByProcess, SaturationCurve, SaturationPoint, SuiteRun, System } from '../report/suite-result.ts';
import { createUniform } from '../workload/create-uniform.ts';
import { atRate } from './at-rate.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { isOverloadAlone } from './is-overload-alone.ts';
import { playOnTime } from './play-load.ts';
import { saturatedRate } from './saturated-rate.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

/** Of what the system answers when it is saturated. */
const SHARES = [0.2, 0.4, 0.6, 0.8, 1, 1.2];
/** Until a server that was offered too much has worked off what nobody waits for any more. */
const RECOVERY_MS = 4000;

/**
 * Rising offers to Freeway and to the textbook, each up to beyond its saturation; and to the null server what Freeway was
 * offered, which shows what of it all is the generator's.
 */
export async function measureCurve(stage: Stage, ground: Ground): Promise<Findings> {
  const ratesOf = async (system: System): Promise<readonly number[]> => {
    const saturatedPerSecond = await saturatedRate(stage, ground, system);
    return SHARES.map((share) => share * saturatedPerSecond);
  };
  const freeway = await ratesOf('freeway');
  const textbook = await ratesOf('textbook');
  const all = [
    await curveOf(stage, ground, { system: 'freeway', title: 'Freeway', rates: freeway }),
    await curveOf(stage, ground, { system: 'textbook', title: 'textbook', rates: textbook }),
    await curveOf(stage, ground, { system: 'null server', title: 'Fastify null server', rates: freeway }),
  ];
  return { runs: all.flatMap(({ wrong }) => wrong), curves: all.map(({ curve }) => curve) };
}

interface CurvePlan {
  readonly system: System;
  readonly title: string;
  readonly rates: readonly number[];
}

interface Curve {
  readonly curve: SaturationCurve;
  /** Runs with what no overload excuses. */
  readonly wrong: readonly SuiteRun[];
}

async function curveOf(stage: Stage, ground: Ground, { system, title, rates }: CurvePlan): Promise<Curve> {
  const server = await warmServer(stage, ground, system);
  const points: SaturationPoint[] = [];
  const wrong: SuiteRun[] = [];
  for (const rate of rates) {
    const name = `${title} at ${Math.round(rate)}/s`;
    const run = await playOnTime(
      stage,
      ground,
      { name, title: name, group: 'saturation', servers: [server], workload: createUniform(stage.source()) },
      atRate(stage, rate),
    );
    points.push(pointOf(run, stage.durationMs));
    if (faultsOfRun(run).length === 0) continue;
    if (!isOverloadAlone(run.load)) wrong.push(run);
    await delay(RECOVERY_MS, undefined, { signal: stage.world.signal });
  }
  return { curve: { system, title, points }, wrong };
}

function pointOf(run: SuiteRun, durationMs: number): SaturationPoint {
  const { load, cpuUs = {} } = run;
  const faults = faultsOfRun(run);
  return {
    offeredPerSecond: load.offeredPerSecond ?? 0,
    achievedPerSecond: load.answeredPerSecond,
    p50Ms: load.latencyMs.p50,
    p99Ms: load.latencyMs.p99,
    cpuCores: coresOf(cpuUs, load.answered / (durationMs / 1000)),
    ...(faults.length === 0 ? {} : { fault: faults.join(', ') }),
  };
}

/** Seconds of CPU each second. */
function coresOf(cpuUs: ByProcess, perSecond: number): ByProcess {
  return Object.fromEntries(Object.entries(cpuUs).map(([process, us]) => [process, (us * perSecond) / 1e6]));
}
