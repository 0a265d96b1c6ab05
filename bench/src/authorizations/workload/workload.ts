import type { Random } from '../../random.ts';
import type { JitRequest } from './jit-request.ts';

/** What a load sends. */
export interface Workload {
  /** The next message; undefined when there is no more. */
  next(): JitRequest | undefined;
  /** Told of each answer that was right: what follows an approval, or repeats a message, builds on one. */
  answered(request: JitRequest, status: number, body: string): void;
}

export interface WorkloadSource {
  /** How many the programme has (programme-lines.ts). */
  readonly users: number;
  readonly random: Random;
  /** Wall clock, for the times in the messages. */
  readonly now: () => number;
}
