import type { Figure, Verdict } from './suite-result.ts';
import { type Target, type TargetId, TARGETS } from './targets.ts';

/** The value against its target; `why` is what is to be known about it, or why there is none. */
export function judgeFigure(id: TargetId, value: number | undefined, why?: string): Figure {
  const target = TARGETS[id];
  return { id, ...target, value, verdict: verdictOn(target, value), ...(why === undefined ? {} : { why }) };
}

function verdictOn(target: Target, value: number | undefined): Verdict {
  if (value === undefined || !Number.isFinite(value)) return 'not measured';
  const reaches = (limit: number): boolean => (target.better === 'higher' ? value >= limit : value <= limit);
  if (reaches(target.aim)) return 'aim';
  return reaches(target.bar) ? 'bar' : 'missed';
}
