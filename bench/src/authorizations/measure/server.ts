import type { System } from '../report/suite-result.ts';

/** A process that takes `POST /v1/jit`. */
export interface Server {
  readonly system: System;
  /** What its CPU and memory are put down to (process-names.ts). */
  readonly process: string;
  readonly pid: number;
  readonly url: URL;
  /** The last lines that it said. */
  logTail(): string;
  /** Resolves to its exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
}
