import type { Random } from '../../random.ts';

/** When messages are to be sent, whatever becomes of those before. */
export interface Arrivals {
  readonly durationMs: number;
  /** Milliseconds since the beginning, rising, below the duration. */
  readonly times: Iterable<number>;
}

interface Rate {
  readonly ratePerSecond: number;
  readonly durationMs: number;
}

/** Evenly. */
export function constantArrivals({ ratePerSecond, durationMs }: Rate): Arrivals {
  const total = Math.round((ratePerSecond * durationMs) / 1000);
  function* times(): Generator<number> {
    for (let index = 0; index < total; index++) yield (index * 1000) / ratePerSecond;
  }
  return { durationMs, times: times() };
}

/** As cardholders come who know nothing of each other: the gaps are exponential. */
export function poissonArrivals({ ratePerSecond, durationMs }: Rate, random: Random): Arrivals {
  return { durationMs, times: poisson(ratePerSecond, 0, durationMs, random) };
}

export interface Burst extends Rate {
  /** How many times the rate. */
  readonly factor: number;
  readonly burstAtMs: number;
  readonly burstMs: number;
}

/** A rate, a multiple of it for a while, and the rate again. */
export function burstArrivals(burst: Burst, random: Random): Arrivals {
  const { ratePerSecond, durationMs, factor, burstAtMs, burstMs } = burst;
  const burstEndMs = burstAtMs + burstMs;
  function* times(): Generator<number> {
    // What is to come does not depend on what has come: each part may begin anew.
    yield* poisson(ratePerSecond, 0, burstAtMs, random);
    yield* poisson(ratePerSecond * factor, burstAtMs, burstEndMs, random);
    yield* poisson(ratePerSecond, burstEndMs, durationMs, random);
  }
  return { durationMs, times: times() };
}

function* poisson(ratePerSecond: number, fromMs: number, untilMs: number, random: Random): Generator<number> {
  const gap = (): number => (-Math.log(1 - random()) * 1000) / ratePerSecond;
  for (let atMs = fromMs + gap(); atMs < untilMs; atMs += gap()) yield atMs;
}
