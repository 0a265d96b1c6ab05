import type { Ground } from './ground/open-ground.ts';

export interface DrillOptions {
  /** How long the load is; something is killed after a third of it. */
  readonly forMs: number;
  readonly ratePerSecond: number;
}

/** What a promise of ours came to. */
export interface Promised {
  readonly promise: string;
  readonly kept: boolean;
  readonly seen: string;
}

export interface Figure {
  /** snake_case, with its unit. */
  readonly name: string;
  readonly text: string;
  readonly value: number;
}

export interface DrillResult {
  readonly promises: readonly Promised[];
  readonly figures: readonly Figure[];
}

export interface Drill {
  readonly about: string;
  /** Programs it cannot do without, by the Debian package that has each. */
  readonly needs: readonly Program[];
  readonly defaults: DrillOptions;
  run(ground: Ground, options: DrillOptions): Promise<DrillResult>;
}

export interface Program {
  /** Bare names are looked for on PATH, paths are taken as they are; the first that is there. */
  readonly places: readonly string[];
  readonly debianPackage: string;
}
