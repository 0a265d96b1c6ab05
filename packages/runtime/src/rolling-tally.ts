import { addTally, createTally, resetTally, type Tally } from './tally.ts';

export interface RollingTally {
  /** Where to count now; valid until the next call. */
  current(): Tally;
  /** Everything since the start. */
  total(): Tally;
  /** The latest: between half a window and a whole one, and how long that was. */
  recent(): { readonly tally: Tally; readonly seconds: number };
  secondsSinceStart(): number;
}

/**
 * Counts once and answers for two spans: the half window under way and the one before it are the recent ones, older
 * halves are added up. No timer: halves are turned over by whoever comes by.
 */
export function createRollingTally(windowMs: number, clock: () => number): RollingTally {
  const halfMs = windowMs / 2;
  const startedAt = clock();
  const older = createTally();
  let previous = createTally();
  let current = createTally();
  let currentSince = startedAt;
  let recentSince = startedAt;

  function turn(now: number): void {
    if (now - currentSince < halfMs) return;
    turnOnce();
    recentSince = currentSince;
    currentSince = now;
    // Nobody came by for so long that what was just turned over is no longer recent either.
    if (now - recentSince >= windowMs) {
      turnOnce();
      recentSince = now;
    }
  }

  function turnOnce(): void {
    addTally(older, previous);
    resetTally(previous);
    [previous, current] = [current, previous];
  }

  return {
    current() {
      turn(clock());
      return current;
    },
    total: () => sum(older, previous, current),
    recent() {
      const now = clock();
      turn(now);
      return { tally: sum(previous, current), seconds: (now - recentSince) / 1000 };
    },
    secondsSinceStart: () => (clock() - startedAt) / 1000,
  };
}

function sum(...tallies: readonly Tally[]): Tally {
  const result = createTally();
  for (const tally of tallies) addTally(result, tally);
  return result;
}
