import { type Target, type TargetId, TARGETS } from '../report/targets.ts';

/** What the gate measures in every build. */
export type GateId =
  'saturated_to_null' | 'saturated_to_textbook' | 'hot_to_uniform' | 'cpu_to_null' | 'held_share' | 'held_p99';

export interface Threshold extends Omit<Target, 'bar' | 'aim'> {
  readonly id: GateId;
  /** Beyond it a build fails. */
  readonly limit: number;
  /** Why there, and not at the bar. */
  readonly why: string;
}

/**
 * The gate finds what breaks the promise, not what slows a build by a tenth: it measures for seconds, on machines that others
 * use too, one load after the other, so that a machine which is slow for a while moves a ratio.
 */
export const THRESHOLDS: readonly Threshold[] = [
  withTolerance(
    'saturated_to_null',
    0.3,
    'seconds do not warm up what a minute does, and the two loads are not at the same time',
  ),
  withTolerance(
    'saturated_to_textbook',
    0.45,
    'the same; seen are 4.5 to 7.1, by the disk and the neighbours of the day',
  ),
  withTolerance('hot_to_uniform', 0.3, 'both loads are on one system, which leaves the time between them'),
  {
    ...own('CPU of gateway + PostgreSQL per authorization / CPU of the null server', 'ratio', 'lower'),
    id: 'cpu_to_null',
    limit: 8,
    why: 'seen are 4.9 to 6.5, the more the busier the machine: processes that share two cores evict each other',
  },
  {
    ...own('answered of what was offered, at a rate that the machine holds', 'ratio', 'higher'),
    id: 'held_share',
    limit: 0.95,
    why: 'the time until the last answer counts, which is a part of a run of seconds',
  },
  {
    ...own('p99 at a rate that the machine holds', 'ms', 'lower'),
    id: 'held_p99',
    limit: 100,
    why: "the promise itself: far above the suite's bars, and no tolerance on it",
  },
];

/** `tolerance` is a share of the bar. */
function withTolerance(id: GateId & TargetId, tolerance: number, why: string): Threshold {
  const { bar, aim: _, ...target } = TARGETS[id];
  const share = target.better === 'higher' ? 1 - tolerance : 1 + tolerance;
  // A limit below the bar falls between its digits.
  return { ...target, decimals: target.decimals + 1, id, limit: bar * share, why };
}

function own(title: string, unit: Target['unit'], better: Target['better']) {
  return { title, unit, better, decimals: unit === 'ms' ? 1 : 2, isChange: false };
}
