import { setTimeout as delay } from 'node:timers/promises';
import { type CpuShares, cpuBetween, readCpu } from './cpu-shares.ts';
import { BATCH, type RecordBench, SENDERS, takeBatch, untilApplied } from './record-bench.ts';

export interface ThroughputResult {
  readonly records: number;
  readonly seconds: number;
  readonly recordsPerSecond: number;
  /** Over the same time. */
  readonly cpu: CpuShares;
  readonly isDrained: boolean;
}

/** Records on their way at most: enough that nobody waits for us, few enough that what is taken in is what gets through. */
const WINDOW = 3000;
const WARM_UP_MS = 3000;
const POLL_MS = 50;

/**
 * A closed loop around the whole way: new webhooks are sent as records come out at its end, so that the rate is what the slowest
 * part sustains, with no backlog that only hides it.
 */
export async function measureThroughput(bench: RecordBench, durationMs: number): Promise<ThroughputResult> {
  const { processes, stream, ledger, sender, signal } = bench;
  const endsAtMs = performance.now() + WARM_UP_MS + durationMs;
  const isOver = (): boolean => performance.now() >= endsAtMs;
  const hasRoom = (): boolean => stream.told() - bench.applied < WINDOW;

  async function send(): Promise<void> {
    while (!isOver()) {
      if (hasRoom()) await sender.send(takeBatch(bench, BATCH));
      else await delay(5, undefined, { signal });
    }
  }

  let before: { readonly applied: number; readonly atMs: number; readonly cpu: CpuShares } | undefined;
  async function watch(): Promise<void> {
    const warmAtMs = endsAtMs - durationMs;
    while (!isOver()) {
      bench.applied += (await ledger.newRecords()).length;
      const atMs = performance.now();
      if (atMs >= warmAtMs) before ??= { applied: bench.applied, atMs, cpu: readCpu(processes.running()) };
      await delay(POLL_MS, undefined, { signal });
    }
  }

  const sending = Promise.all(Array.from({ length: SENDERS }, send));
  await watch();
  bench.applied += (await ledger.newRecords()).length;
  const atMs = performance.now();
  const cpu = readCpu(processes.running());
  await sending;
  const from = before ?? { applied: bench.applied, atMs, cpu };
  const records = bench.applied - from.applied;
  const seconds = (atMs - from.atMs) / 1000;
  const isDrained = await untilApplied(bench);
  return { records, seconds, recordsPerSecond: records / seconds, cpu: cpuBetween(from.cpu, cpu), isDrained };
}
