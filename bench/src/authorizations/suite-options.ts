import type { MeasurementName } from './measure/measurement-names.ts';

export interface LoadOptions {
  /** Of each load, after its warm-up. */
  readonly durationMs: number;
  /** Who is asked about; each has an account, a card and two velocity limits. */
  readonly users: number;
  /** Of the loads that saturate. */
  readonly connections: number;
  /** The result as one JSON object, the last line of stdout; everything else goes to stderr. */
  readonly json: boolean;
}

export interface SuiteOptions extends LoadOptions {
  /** How often loads that are compared are played. */
  readonly rounds: number;
  readonly only: readonly MeasurementName[] | undefined;
  /** Also with programmes that take long to seed. */
  readonly large: boolean;
  /** What the result is called in the folder of results; undefined when it is not written. */
  readonly out: string | undefined;
  /** As it was called, to do it again. */
  readonly command: string;
}

export type CheckOptions = LoadOptions;
