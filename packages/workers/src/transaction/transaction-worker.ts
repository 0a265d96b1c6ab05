import {
  type AppliedRecord,
  type Consumer,
  type Delivery,
  InvalidMessage,
  type Queues,
  type RecordLedger,
} from '@freeway/core';
import { type DecodedRecord, decodeRecord } from '@freeway/marqeta';
import { createBatches, createRateLimitedLog, type Logger, type Metrics } from '@freeway/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRecordObserver } from './watch-records.ts';

export type Decoded = Extract<DecodedRecord, { readonly ok: true }>;

export interface TransactionWorkerOptions {
  readonly queues: Queues;
  readonly ledger: RecordLedger & { refold(limit: number): Promise<number> };
  /** Told of what was applied, after it was; what it throws is logged and has no other effect. */
  readonly afterwards: (records: readonly Decoded[], applied: readonly AppliedRecord[]) => Promise<void>;
  readonly prefetch: number;
  /** Records applied in one transaction at most. */
  readonly batchMax: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How often chains that a commit has touched are looked for; a query on a table that is mostly empty. */
const REFOLD_EVERY_MS = 500;
const REFOLDS_AT_ONCE = 100;

/** Consumes `transaction-processing-queue`: what the platform says happened is folded into the ledger. */
export async function startTransactionWorker(options: TransactionWorkerOptions): Promise<Consumer> {
  const { queues, ledger, batchMax, logger, metrics, now } = options;
  const observer = createRecordObserver(metrics, logger);
  const tookS = metrics.histogram('freeway_record_batch_seconds', 'Time to apply one batch of records.');
  const log = createRateLimitedLog(logger, performance.now.bind(performance));

  async function applyAll(all: readonly Decoded[]): Promise<void> {
    // money.md *funding leg*, *type first*: what moves no money is archived, and the ledger need not hear of it.
    const moving = all.filter(({ record }) => record.effect !== 'no_money');
    for (let nth = moving.length; nth < all.length; nth++) observer.withoutMoney();
    const startedMs = performance.now();
    const applied = await ledger.applyRecords(moving.map(({ record }) => record));
    tookS.observe((performance.now() - startedMs) / 1000);
    moving.forEach(({ record }, index) => {
      const result = applied[index];
      if (result !== undefined) observer.applied(record, result);
    });
    await options.afterwards(moving, applied).catch((error: unknown) => {
      log(
        'afterwards',
        5000,
        'error',
        { err: error },
        'records were applied, and could not be compared with the platform',
      );
    });
  }

  const apply = createBatches<Decoded>({ batchMax, failure: 'alone', run: applyAll });

  async function handle(delivery: Delivery): Promise<void> {
    if (delivery.type !== 'transaction_recorded') throw new InvalidMessage(`unknown message type ${delivery.type}`);
    const decoded = decodeRecord(delivery.body, { receivedAtMs: now() });
    if (!decoded.ok) throw new InvalidMessage(decoded.fault.detail);
    await apply(decoded);
  }

  const refolding = refoldUntilStopped(ledger, (error) =>
    log('refold', 5000, 'warn', { err: error }, 'chains could not be folded anew; they wait'),
  );
  const consumer = await queues.consume('transaction-processing-queue', { prefetch: options.prefetch }, handle);
  return {
    async stop() {
      await consumer.stop();
      await refolding.stop();
    },
  };
}

function refoldUntilStopped(
  ledger: TransactionWorkerOptions['ledger'],
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const folded = await ledger.refold(REFOLDS_AT_ONCE).catch(onError);
      if (folded !== REFOLDS_AT_ONCE) await pause(REFOLD_EVERY_MS, stopping.signal);
    }
  }
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
