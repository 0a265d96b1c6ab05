/** Of what the machine has just answered when saturated: busy, and far from its knee. */
const SHARE = 0.125;
const HIGHEST_PER_SECOND = 500;

/** The rate at which the promise is judged. */
export function heldRate(saturatedPerSecond: number): number {
  return Math.max(1, Math.min(HIGHEST_PER_SECOND, Math.floor(saturatedPerSecond * SHARE)));
}
