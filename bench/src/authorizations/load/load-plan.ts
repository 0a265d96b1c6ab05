import type { Credentials } from '../../poster.ts';
import type { Workload } from '../workload/workload.ts';
import type { CheckAnswer } from './check-answer.ts';

/** What both loops are told. */
export interface LoadPlan {
  /** Where to post; with several, each gets its part. */
  readonly targets: readonly URL[];
  readonly credentials: Credentials;
  readonly workload: Workload;
  readonly check: CheckAnswer;
  /** To all targets together. */
  readonly connections: number;
  /** What is sent so long is checked but not counted. */
  readonly warmUpMs: number;
  readonly signal: AbortSignal;
  /** When counting begins, and when the last counted message has been sent: what to measure besides is measured between. */
  readonly onCounting?: () => void;
  readonly onCounted?: () => void;
}

/** The platform waits this long (PROTOCOL section 8). */
export const ANSWER_TIMEOUT_MS = 3000;
