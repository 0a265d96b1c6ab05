import { type RecordBench, sendBatches, untilApplied } from './record-bench.ts';

export interface BacklogResult {
  readonly records: number;
  /** While nobody consumed. */
  readonly acceptedPerSecond: number;
  /** From the workers' start, which takes a moment by itself, to the first and to the last record. */
  readonly firstAfterMs: number;
  readonly drainedAfterMs: number;
  readonly recordsPerSecond: number;
  readonly isDrained: boolean;
}

/** Workers are down while so many records come in, and then start. */
export async function measureBacklog(bench: RecordBench, size: number): Promise<BacklogResult> {
  const { processes, stream } = bench;
  await processes.stopWorkers();
  const before = stream.told();
  const sendingFromMs = performance.now();
  await sendBatches(bench, size);
  const records = stream.told() - before;
  const acceptedPerSecond = (records * 1000) / (performance.now() - sendingFromMs);

  const startedAtMs = performance.now();
  let firstAtMs: number | undefined;
  let lastAtMs = startedAtMs;
  const starting = processes.startWorkers();
  const isDrained = await untilApplied(bench, () => {
    lastAtMs = performance.now();
    firstAtMs ??= lastAtMs;
  });
  await starting;
  const first = firstAtMs ?? lastAtMs;
  return {
    records,
    acceptedPerSecond,
    firstAfterMs: first - startedAtMs,
    drainedAfterMs: lastAtMs - startedAtMs,
    recordsPerSecond: (records * 1000) / (lastAtMs - first),
    isDrained,
  };
}
