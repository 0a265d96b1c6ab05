export interface FixedClock {
  nowMs(): number;
  advance(byMs: number): void;
}

/** 2026-03-15T12:00:00Z: far from the edges of its day and month. */
export const NOON_MS = Date.UTC(2026, 2, 15, 12);

/** A clock that moves only when told. */
export function fixedClock(startMs: number = NOON_MS): FixedClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (byMs) => {
      nowMs += byMs;
    },
  };
}
