import type { SuiteRun } from '../report/suite-result.ts';
import type { Workload } from '../workload/workload.ts';
import type { Server } from './server.ts';

/** What is sent to whom, and what the run is called. */
export interface Load extends Pick<SuiteRun, 'name' | 'title' | 'group'> {
  /** All of one system; with several, each gets its part. */
  readonly servers: readonly [Server, ...Server[]];
  readonly workload: Workload;
  /** The stage's unless it is given. */
  readonly durationMs?: number;
  readonly warmUpMs?: number;
  readonly onCounting?: () => void;
}
