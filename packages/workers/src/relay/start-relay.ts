import type { Queues } from '@freeway/core';
import { createMetrics, type Health, type Lifecycle, type Logger, type Metrics, type Settings } from '@freeway/runtime';
import { openPool } from '../stores/open-pool.ts';
import { openQueues } from '../stores/open-queues.ts';
import { watchStores } from '../stores/watch-stores.ts';
import { startRelay } from './relay.ts';

export interface RelayParts {
  readonly settings: Settings<'relay'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics?: Metrics;
}

export interface RelayProcess {
  readonly queues: Queues;
  readonly health: Health;
  readonly metrics: Metrics;
}

/** The relay with its stores, its loop and its stop, in whichever process. */
export async function startRelayProcess(parts: RelayParts): Promise<RelayProcess> {
  const { settings, databaseUrl, logger, lifecycle, metrics = createMetrics({ process: 'relay' }) } = parts;
  const common = { databaseUrl, logger, metrics, lifecycle };
  // A cursor that a crash takes back publishes its rows once more.
  const postgres = openPool({ settings, durable: 'in_order', ...common });
  const queues = await openQueues({ settings, ...common });
  const relay = startRelay({
    postgres,
    publisher: queues,
    logger,
    metrics,
    pollMs: settings.OUTBOX_POLL_MS,
    retentionMs: settings.OUTBOX_RETENTION_MS,
  });
  lifecycle.onStop('relay', () => relay.stop());
  logger.info('relaying the outbox');
  return { queues, health: watchStores({ settings, lifecycle, postgres, queues }), metrics };
}
