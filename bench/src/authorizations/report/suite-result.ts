import type { Machine } from '../../machine.ts';
import type { LoadResult } from '../load/load-result.ts';
import type { Target, TargetId } from './targets.ts';

/** Everything that one run of the suite found; what is reported, kept and compared. */
export interface SuiteResult {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly tookMs: number;
  /** The arguments it was called with, to do it again. */
  readonly command: string;
  readonly commit: Commit;
  readonly machine: SuiteMachine;
  readonly runs: readonly SuiteRun[];
  readonly saturation: readonly SaturationCurve[];
  readonly references: readonly SqlReference[];
  readonly figures: readonly Figure[];
  /** Measurements that could not be made, and why. */
  readonly failures: readonly string[];
}

export interface Commit {
  readonly revision: string;
  /** Something in the checkout was not committed, so the revision does not say all. */
  readonly isDirty: boolean;
}

export interface SuiteMachine extends Machine {
  readonly cpuModel: string;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string;
}

/** Whom the load was sent to. */
export type System = 'freeway' | 'null server' | 'textbook';

export interface SuiteRun {
  /** Figures and gate find it by this (run-names.ts); no two runs have the same. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly system: System;
  /** The heading under which its latency is drawn beside that of others. */
  readonly group: string;
  readonly load: LoadResult;
  /** CPU for one authorization by process (process-names.ts); undefined where the system does not say. */
  readonly cpuUs?: ByProcess | undefined;
  /** The most that each process held in memory. */
  readonly rssBytes?: ByProcess | undefined;
  /** What happened to it meanwhile: a server that died. */
  readonly events?: readonly RunEvent[] | undefined;
  /** What `freeway verify`, or the reference's own check, says is wrong with the books. */
  readonly ledgerFault?: string | undefined;
  /** Processes that did not end as they should. */
  readonly processFaults?: readonly string[] | undefined;
}

export type ByProcess = Readonly<Record<string, number>>;

export interface RunEvent {
  /** Since the load began. */
  readonly second: number;
  readonly title: string;
}

export interface SaturationCurve {
  readonly system: System;
  readonly title: string;
  /** By rising offer. */
  readonly points: readonly SaturationPoint[];
}

export interface SaturationPoint {
  readonly offeredPerSecond: number;
  readonly achievedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Seconds of CPU each second, by process; empty where the system does not say. */
  readonly cpuCores: ByProcess;
  /** What makes the point void. */
  readonly fault?: string | undefined;
}

/** What was measured without a load over HTTP: pgbench. */
export interface SqlReference {
  readonly title: string;
  /** Undefined when it was not measured; then `why` says why. */
  readonly authorizationsPerSecond: number | undefined;
  readonly why?: string | undefined;
}

export type Verdict = 'aim' | 'bar' | 'missed' | 'not measured';

export interface Figure extends Target {
  readonly id: TargetId;
  readonly value: number | undefined;
  readonly verdict: Verdict;
  /** Why it was not measured, or what is to be known about it. */
  readonly why?: string | undefined;
}
