import type { SaturationCurve, SqlReference, SuiteRun } from '../report/suite-result.ts';
import type { TargetId } from '../report/targets.ts';

/** What a measurement found. */
export interface Findings {
  readonly runs: readonly SuiteRun[];
  readonly curves?: readonly SaturationCurve[];
  readonly references?: readonly SqlReference[];
  /** What is to be known about figures. */
  readonly notes?: FigureNotes;
}

export type FigureNotes = Readonly<Partial<Record<TargetId, string>>>;
