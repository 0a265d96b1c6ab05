import { fillByImport } from './fill-by-import.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { measureAt500 } from './measure-at-500.ts';
import { measureBurst } from './measure-burst.ts';
import { measureCanonical } from './measure-canonical.ts';
import { measureCold } from './measure-cold.ts';
import { measureCurve } from './measure-curve.ts';
import { measureDeaths } from './measure-deaths.ts';
import { measureGateways } from './measure-gateways.ts';
import { measureHalf } from './measure-half.ts';
import { measureIdle } from './measure-idle.ts';
import { measureLarge } from './measure-large.ts';
import { measureMillion } from './measure-million.ts';
import { measureSaturation } from './measure-saturation.ts';
import { measureSql } from './measure-sql.ts';
import type { MeasurementName } from './measurement-names.ts';
import type { Stage } from './stage.ts';

/** All on one database, one after the other. */
const ON_SHARED_GROUND = {
  saturation: measureSaturation,
  canonical: measureCanonical,
  sql: measureSql,
  gateways: measureGateways,
  half: measureHalf,
  'at-500': measureAt500,
  idle: measureIdle,
  burst: measureBurst,
  curve: measureCurve,
  million: measureMillion,
} as const;

/** Each on a database of its own. */
const ON_OWN_GROUND = {
  cold: measureCold,
  deaths: measureDeaths,
  large: measureLarge,
} as const;

interface Measured {
  readonly findings: readonly Findings[];
  /** Measurements that could not be made. */
  readonly failures: readonly string[];
}

export async function runMeasurements(stage: Stage, names: readonly MeasurementName[]): Promise<Measured> {
  const { signal, say } = stage.world;
  const findings: Findings[] = [];
  const failures: string[] = [];

  async function attempt(what: string, measure: () => Promise<Findings | void>): Promise<void> {
    try {
      const found = await measure();
      if (found) findings.push(found);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${what}: ${(error as Error).message}`);
      say(`FAILED  ${failures.at(-1)}`);
    }
  }

  let shared: Ground | undefined;
  for (const name of names) {
    if (!isShared(name)) continue;
    say(`-- ${name}`);
    shared ??= await stage.open({ name: 'main', users: stage.users, fill: fillByImport(stage.users) });
    const ground = shared;
    await attempt(name, () => ON_SHARED_GROUND[name](stage, ground));
  }
  await attempt('closing', () => stage.close());
  for (const name of names) {
    if (isShared(name)) continue;
    say(`-- ${name}`);
    await attempt(name, () => ON_OWN_GROUND[name](stage));
    await attempt(`closing ${name}`, () => stage.close());
  }
  return { findings, failures };
}

function isShared(name: MeasurementName): name is keyof typeof ON_SHARED_GROUND {
  return name in ON_SHARED_GROUND;
}
