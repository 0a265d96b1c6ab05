export interface Sample {
  readonly atMs: number;
  /** Of what only grows. */
  readonly count: number;
}

/** The longest time within which a count did not grow, of those that ended after a moment; 0 when it grew in every sample. */
export function longestStallMs(samples: readonly Sample[], afterMs: number): number {
  let longest = 0;
  let grewAtMs: number | undefined;
  let last: Sample | undefined;
  for (const sample of samples) {
    if (last === undefined || sample.count > last.count) {
      if (grewAtMs !== undefined && sample.atMs >= afterMs) longest = Math.max(longest, sample.atMs - grewAtMs);
      grewAtMs = sample.atMs;
    }
    last = sample;
  }
  // Still standing when the samples end.
  if (last !== undefined && grewAtMs !== undefined && last.atMs >= afterMs)
    longest = Math.max(longest, last.atMs - grewAtMs);
  return longest;
}
