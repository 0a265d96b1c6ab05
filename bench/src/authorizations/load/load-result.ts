import type { Latency } from '../../latency.ts';

/** What one load did, whoever it was sent to, and by whichever loop. */
export interface LoadResult {
  /** `closed`: each connection sends when it has its answer. `open`: each request has its time, whatever became of others. */
  readonly loop: 'closed' | 'open';
  readonly seconds: number;
  readonly sent: number;
  readonly answered: number;
  /** Answers over the time until the last of them. */
  readonly answeredPerSecond: number;
  /** What was meant to be sent; undefined for a closed loop, which offers whatever is taken. */
  readonly offeredPerSecond: number | undefined;
  readonly approved: number;
  /** By the platform's reason. */
  readonly declined: Readonly<Record<string, number>>;
  /** Answers that were the same as that of the message they repeat, and had to be. */
  readonly repeated: number;
  /** What was wrong, with how many answers; any of it makes a run void. */
  readonly wrong: Readonly<Record<string, number>>;
  /** Open loop: from the intended start to the last byte. Closed loop: from the sending. */
  readonly latencyMs: Latency;
  /** The whole distribution, for curves: rising percentiles (0 to 100) with their milliseconds. */
  readonly curve: readonly LatencyPoint[];
  readonly overTime: readonly SecondOfLoad[];
  /** How late the generator itself sent; undefined for a closed loop, which has no intended time. */
  readonly sentLateMs: Latency | undefined;
}

export interface LatencyPoint {
  readonly percentile: number;
  readonly ms: number;
}

export interface SecondOfLoad {
  /** Since the load began; by the time of the answer. */
  readonly second: number;
  readonly answered: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
