import type { Queues } from '@freeway/core';
import { createPostgresQueues } from '@freeway/postgres';
import { createRabbitQueues } from '@freeway/rabbitmq';
import type { Lifecycle, Logger, Metrics } from '@freeway/runtime';

export interface QueueParts {
  readonly settings: { readonly RABBITMQ_URL: string | undefined; readonly QUEUE_RETRY_DELAYS_MS: readonly number[] };
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** RabbitMQ where it is configured, else queues in PostgreSQL. */
export async function openQueues({ settings, databaseUrl, logger, metrics, lifecycle }: QueueParts): Promise<Queues> {
  const report = ({ event, detail, queue, messageId, attempt }: QueueEvent): void => {
    const level = event === 'connected' ? 'info' : event === 'message_dead' || event === 'error' ? 'error' : 'warn';
    logger[level]({ queue, message_id: messageId, attempt, detail }, `queues: ${event.replaceAll('_', ' ')}`);
  };
  const retryDelaysMs = settings.QUEUE_RETRY_DELAYS_MS;
  const queues =
    settings.RABBITMQ_URL === undefined
      ? await createPostgresQueues({ databaseUrl, retryDelaysMs, report })
      : createRabbitQueues({ url: settings.RABBITMQ_URL, retryDelaysMs, report });
  lifecycle.onStop('queues', () => queues.close());
  exportStatistics(metrics, queues);
  return queues;
}

interface QueueEvent {
  readonly event: string;
  readonly queue?: string;
  readonly messageId?: string;
  readonly attempt?: number;
  readonly detail?: string;
}

function exportStatistics(metrics: Metrics, queues: Queues): void {
  for (const state of ['ready', 'inFlight', 'dead'] as const) {
    const name = state === 'inFlight' ? 'in_flight' : state;
    metrics.readGauges(`freeway_queue_${name}`, `Messages ${name.replace('_', ' ')}, by queue.`, 'queue', async () =>
      // A broker that is away has no numbers; the rest of the page must still be served.
      queues.statistics().then(
        (all) => Object.fromEntries(all.map((each) => [each.queue, each[state]])),
        () => ({}),
      ),
    );
  }
}
