import type { TargetId } from './targets.ts';

/** What the same figures were before, on a machine of this kind. */
export interface Previous {
  readonly revision: string;
  readonly figures: Readonly<Partial<Record<TargetId, number>>>;
}
