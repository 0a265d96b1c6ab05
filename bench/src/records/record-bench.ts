import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerReader } from './ledger-reader.ts';
import type { RecordProcesses } from './record-processes.ts';
import type { RecordStream } from './record-stream.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** What the measurements of one run share. */
export interface RecordBench {
  readonly processes: RecordProcesses;
  readonly stream: RecordStream;
  readonly ledger: LedgerReader;
  readonly sender: WebhookSender;
  readonly signal: AbortSignal;
  /** Records seen in the ledger so far. */
  applied: number;
}

/** The platform's batches (PROTOCOL section 10.1). */
export const BATCH = 10;

/** Webhooks under way at once, where no rate is given. */
export const SENDERS = 8;

const POLL_MS = 50;

/** Without one new record for so long, nothing more will come. */
const STUCK_MS = 30_000;

/** Until every record that was told is in the ledger; resolves to false when it gets stuck. `onNew` sees how many came. */
export async function untilApplied(bench: RecordBench, onNew?: (count: number) => void): Promise<boolean> {
  let lastNewAtMs = performance.now();
  while (bench.applied < bench.stream.told()) {
    const { length } = await bench.ledger.newRecords();
    bench.applied += length;
    if (length > 0) {
      onNew?.(length);
      lastNewAtMs = performance.now();
    } else if (performance.now() - lastNewAtMs > STUCK_MS) return false;
    await delay(POLL_MS, undefined, { signal: bench.signal });
  }
  return true;
}

/** Sends so many records, as fast as intake takes them. */
export async function sendBatches(bench: RecordBench, count: number): Promise<void> {
  const { stream, sender } = bench;
  const before = stream.told();
  async function send(): Promise<void> {
    while (stream.told() - before < count) await sender.send(takeBatch(bench, BATCH));
  }
  await Promise.all(Array.from({ length: SENDERS }, send));
}

/** The next elements of the stream, as one webhook. */
export function takeBatch({ stream }: RecordBench, count: number): ReturnType<RecordStream['next']>[] {
  return Array.from({ length: count }, () => stream.next());
}
