import { setTimeout as delay } from 'node:timers/promises';
import { constantArrivals } from '../authorizations/load/arrivals.ts';
import { sendOnTime } from '../authorizations/load/send-on-time.ts';
import { createHistogram, type Latency, latencyOf, recordMs } from '../latency.ts';
import { type CpuShares, cpuBetween, readCpu } from './cpu-shares.ts';
import { between, boundMs, parseHistogram } from './histogram-bound.ts';
import { type RecordBench, takeBatch, untilApplied } from './record-bench.ts';

export interface LatencyResult {
  readonly webhooks: number;
  /** Records in each. */
  readonly batch: number;
  /** Webhooks. */
  readonly sentPerSecond: number;
  /** From the intended start to the answer. */
  readonly answerMs: Latency;
  /** How late the bench itself sent: part of that latency. */
  readonly sentLateMs: Latency;
  /** By the intake's own metrics: 99 % of publishes were confirmed within this. */
  readonly publishP99Ms: number | undefined;
  /** From the answer, when the queue has it, until the record is seen in the ledger: both queues and both workers. */
  readonly consumeMs: Latency;
  /** From the intended start until then. */
  readonly ledgerMs: Latency;
  readonly cpu: CpuShares;
  readonly isDrained: boolean;
}

const PUBLISH_SECONDS = 'freeway_webhook_publish_seconds';

/** How often the ledger is looked at: what is seen may be there so much longer. */
const LOOK_MS = 4;

interface SentRecord {
  readonly intendedAtMs: number;
  answeredAtMs?: number;
  seenAtMs?: number;
}

/** An open loop of webhooks: what each of them, and each of their records, waits for. */
export async function measureLatency(
  bench: RecordBench,
  load: { readonly ratePerSecond: number; readonly batch: number; readonly durationMs: number },
): Promise<LatencyResult> {
  const { processes, ledger, sender, signal } = bench;
  const histograms = { answer: createHistogram(), late: createHistogram() };
  const sent = new Map<string, SentRecord>();
  const underWay = new Set<Promise<void>>();
  const publishBefore = parseHistogram(await processes.intakeMetrics(), PUBLISH_SECONDS);
  const cpuBefore = readCpu(processes.running());

  async function exchange(intendedAtMs: number): Promise<void> {
    const elements = takeBatch(bench, load.batch);
    const record: SentRecord = { intendedAtMs };
    for (const { token, isRepeat } of elements) if (!isRepeat) sent.set(token, record);
    recordMs(histograms.late, performance.now() - intendedAtMs);
    await sender.send(elements);
    record.answeredAtMs = performance.now();
    recordMs(histograms.answer, record.answeredAtMs - intendedAtMs);
  }

  const looking = new AbortController();
  async function look(): Promise<void> {
    while (!looking.signal.aborted) {
      const tokens = await ledger.newRecords();
      const seenAtMs = performance.now();
      bench.applied += tokens.length;
      for (const token of tokens) {
        const record = sent.get(token);
        if (record !== undefined) record.seenAtMs = seenAtMs;
      }
      await delay(LOOK_MS);
    }
  }

  const watching = look();
  const startedAtMs = performance.now();
  let webhooks = 0;
  await sendOnTime({
    times: constantArrivals(load).times,
    startedAtMs,
    signal,
    now: () => performance.now(),
    send(intendedAtMs) {
      webhooks++;
      const sending = exchange(intendedAtMs).finally(() => underWay.delete(sending));
      underWay.add(sending);
      return true;
    },
  });
  const sentPerSecond = (webhooks * 1000) / (performance.now() - startedAtMs);
  const cpu = cpuBetween(cpuBefore, readCpu(processes.running()));
  await Promise.all(underWay);
  const publishAfter = parseHistogram(await processes.intakeMetrics(), PUBLISH_SECONDS);
  const isDrained = await soon(() => bench.applied >= bench.stream.told()).finally(() => looking.abort());
  await watching;
  signal.throwIfAborted();
  return {
    webhooks,
    batch: load.batch,
    sentPerSecond,
    answerMs: latencyOf(histograms.answer),
    sentLateMs: latencyOf(histograms.late),
    publishP99Ms: boundMs(between(publishBefore, publishAfter), 0.99),
    ...seenLatencies(sent.values()),
    cpu,
    isDrained: isDrained || (await untilApplied(bench)),
  };
}

function seenLatencies(records: Iterable<SentRecord>): Pick<LatencyResult, 'consumeMs' | 'ledgerMs'> {
  const consume = createHistogram();
  const whole = createHistogram();
  for (const { intendedAtMs, answeredAtMs, seenAtMs } of records) {
    if (seenAtMs === undefined) continue;
    recordMs(whole, seenAtMs - intendedAtMs);
    // It may be in the ledger before the sender has heard that it is in the queue.
    if (answeredAtMs !== undefined) recordMs(consume, seenAtMs - answeredAtMs);
  }
  return { consumeMs: latencyOf(consume), ledgerMs: latencyOf(whole) };
}

const SOON_MS = 10_000;

async function soon(isThere: () => boolean): Promise<boolean> {
  for (const givesUpAtMs = performance.now() + SOON_MS; performance.now() < givesUpAtMs; await delay(20))
    if (isThere()) return true;
  return false;
}
