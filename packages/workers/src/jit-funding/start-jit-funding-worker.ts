import type { Archive, Queues } from '@freeway/core';
import { openAuthorizer } from '@freeway/gateway';
import { correctCardOwner } from '@freeway/postgres';
import {
  createMetrics,
  type Health,
  type Lifecycle,
  type Logger,
  type Metrics,
  type Profiler,
  type Settings,
} from '@freeway/runtime';
import { openArchive } from '../stores/open-archive.ts';
import { openPool } from '../stores/open-pool.ts';
import { openQueues } from '../stores/open-queues.ts';
import { watchStores } from '../stores/watch-stores.ts';
import { startJitFundingWorker } from './jit-funding-worker.ts';

export interface WorkerParts {
  readonly settings: Settings<'worker'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics?: Metrics;
}

export interface WorkerStores {
  readonly queues: Queues;
  readonly archive: Archive;
}

export interface JitFundingProcess extends WorkerStores {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly profiler: Profiler;
}

/** The jit-funding worker with its stores, its consumer and its stop, in whichever process. */
export async function startJitFundingProcess(parts: WorkerParts): Promise<JitFundingProcess> {
  const {
    settings,
    databaseUrl,
    logger,
    lifecycle,
    metrics = createMetrics({ process: 'jit-funding-worker' }),
  } = parts;
  const common = { databaseUrl, logger, metrics, lifecycle };
  // Queues in the same database: the ack is a later commit there, so it is never on disk before what it acks.
  const durable = settings.RABBITMQ_URL === undefined ? 'in_order' : 'at_once';
  const postgres = openPool({ settings, durable, ...common });
  const queues = await openQueues({ settings, ...common });
  const archive = await openArchive({ settings, postgres, metrics, lifecycle });
  const { authorize, deadlineMs, profiler, redis } = openAuthorizer({ settings, ...common });
  const consumer = await startJitFundingWorker({
    queues,
    archive,
    authorize,
    deadlineMs,
    correctCardOwner: (cardToken, owner) => correctCardOwner(postgres, cardToken, owner),
    prefetch: settings.QUEUE_PREFETCH,
    logger,
    metrics,
  });
  lifecycle.onStop('jit-funding consumer', () => consumer.stop());
  logger.info('consuming jit-funding-queue');
  const health = watchStores({ settings, lifecycle, postgres, queues, archive, redis });
  return { queues, archive, health, metrics, profiler };
}
