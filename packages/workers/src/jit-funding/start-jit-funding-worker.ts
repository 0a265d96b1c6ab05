import type { Archive, Queues } from '@freeway/core';
import { openAuthorizer } from '@freeway/gateway';
import { correctCardOwner } from '@freeway/postgres';
import { createMetrics, type Lifecycle, type Logger, type Metrics, type Settings } from '@freeway/runtime';
import { openArchive } from '../stores/open-archive.ts';
import { openPool } from '../stores/open-pool.ts';
import { openQueues } from '../stores/open-queues.ts';
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

/** The jit-funding worker as a process: its stores, its consumer, its stop. */
export async function startJitFundingProcess(parts: WorkerParts): Promise<WorkerStores> {
  const {
    settings,
    databaseUrl,
    logger,
    lifecycle,
    metrics = createMetrics({ process: 'jit-funding-worker' }),
  } = parts;
  const common = { databaseUrl, logger, metrics, lifecycle };
  const postgres = openPool({ settings, ...common });
  const queues = await openQueues({ settings, ...common });
  const archive = await openArchive({ settings, postgres, lifecycle });
  const { authorize, deadlineMs } = openAuthorizer({ settings, ...common });
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
  return { queues, archive };
}
