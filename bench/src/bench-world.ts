import type { Freeway } from './freeway.ts';

/** Where a bench runs. */
export interface BenchWorld {
  readonly freeway: Freeway;
  /** Empty, and the bench's own. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}
