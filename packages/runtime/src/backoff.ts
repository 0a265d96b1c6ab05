export interface BackoffOptions {
  /** Upper bound of the first wait. */
  readonly firstMs: number;
  /** Upper bound of every wait. */
  readonly maxMs: number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/**
 * How long to wait before attempt `n + 1` after `n` failures (n from 1): doubling, and between half and all of that, so
 * that what failed together does not come back together.
 */
export function backoffMs(failures: number, { firstMs, maxMs, random = Math.random }: BackoffOptions): number {
  const bound = Math.min(maxMs, firstMs * 2 ** (failures - 1));
  return Math.round(bound / 2 + (bound / 2) * random());
}
