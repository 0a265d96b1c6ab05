import { createMetrics, type Lifecycle, type Logger, type Metrics, type Settings } from '@freeway/runtime';
import { openPool } from '../stores/open-pool.ts';
import { openQueues } from '../stores/open-queues.ts';
import { startRelay } from './relay.ts';

export interface RelayParts {
  readonly settings: Settings<'relay'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics?: Metrics;
}

/** The relay as a process: its stores, its loop, its stop. */
export async function startRelayProcess(parts: RelayParts): Promise<void> {
  const { settings, databaseUrl, logger, lifecycle, metrics = createMetrics({ process: 'relay' }) } = parts;
  const common = { databaseUrl, logger, metrics, lifecycle };
  const postgres = openPool({ settings, ...common });
  const publisher = await openQueues({ settings, ...common });
  const relay = startRelay({
    postgres,
    publisher,
    logger,
    metrics,
    pollMs: settings.OUTBOX_POLL_MS,
    retentionMs: settings.OUTBOX_RETENTION_MS,
  });
  lifecycle.onStop('relay', () => relay.stop());
}
