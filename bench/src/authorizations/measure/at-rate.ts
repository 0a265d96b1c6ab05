import { type Arrivals, poissonArrivals } from '../load/arrivals.ts';
import type { Stage } from './stage.ts';

/** Arrivals for an open loop at a rate, as cardholders come. */
export function atRate(stage: Stage, ratePerSecond: number): (durationMs: number) => Arrivals {
  const { random } = stage.source();
  return (durationMs) => poissonArrivals({ ratePerSecond, durationMs }, random);
}
