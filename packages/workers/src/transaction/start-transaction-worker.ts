import { BY_KEY_SESSION, createRecordLedger } from '@freeway/postgres';
import { createMetrics, type Health, type Metrics } from '@freeway/runtime';
import type { Queues } from '@freeway/core';
import type { WorkerParts } from '../jit-funding/start-jit-funding-worker.ts';
import { openPool } from '../stores/open-pool.ts';
import { openQueues } from '../stores/open-queues.ts';
import { watchStores } from '../stores/watch-stores.ts';
import { chainPolicyOf } from './chain-policy.ts';
import { createComparison } from './compare-with-platform.ts';
import { startTransactionWorker } from './transaction-worker.ts';

export interface TransactionProcess {
  readonly queues: Queues;
  readonly health: Health;
  readonly metrics: Metrics;
}

/** The transaction worker with its stores, its consumer and its stop, in whichever process. */
export async function startTransactionProcess(parts: WorkerParts): Promise<TransactionProcess> {
  const {
    settings,
    databaseUrl,
    logger,
    lifecycle,
    metrics = createMetrics({ process: 'transaction-worker' }),
  } = parts;
  const common = { databaseUrl, logger, metrics, lifecycle };
  // Queues in the same database: the ack is a later commit there, so it is never on disk before what it acks.
  const durable = settings.RABBITMQ_URL === undefined ? 'in_order' : 'at_once';
  const postgres = openPool({ settings, durable, session: BY_KEY_SESSION, ...common });
  const queues = await openQueues({ settings, ...common });
  const consumer = await startTransactionWorker({
    queues,
    ledger: createRecordLedger(postgres, { policy: chainPolicyOf(settings) }),
    afterwards: createComparison({ postgres, timeoutMs: settings.MARQETA_TIMEOUT_MS, logger, metrics }),
    // While one batch is applied, the next one comes in.
    prefetch: 2 * settings.RECORD_BATCH_MAX,
    batchMax: settings.RECORD_BATCH_MAX,
    logger,
    metrics,
    now: () => Date.now(),
  });
  lifecycle.onStop('transaction consumer', () => consumer.stop());
  logger.info('consuming transaction-processing-queue');
  const health = watchStores({ settings, lifecycle, postgres, queues });
  return { queues, health, metrics };
}
