import type { Queues } from '@freeway/core';
import { createPostgresQueues } from '@freeway/postgres';
import { createRabbitQueues } from '@freeway/rabbitmq';
import { createQueueLog, type Lifecycle, type Logger, type Settings } from '@freeway/runtime';

export interface QueueParts {
  readonly settings: Settings<'intake'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

/** RabbitMQ where it is configured, else queues in PostgreSQL; with time-outs of one who must answer. */
export async function openQueues({ settings, databaseUrl, logger, lifecycle }: QueueParts): Promise<Queues> {
  const { RABBITMQ_URL: url, QUEUE_PREFIX: prefix = '', QUEUE_RETRY_DELAYS_MS: retryDelaysMs } = settings;
  const timeoutMs = settings.WEBHOOK_PUBLISH_TIMEOUT_MS;
  // Closing waits for what is under way, and that has this time.
  const common = { prefix, retryDelaysMs, closeTimeoutMs: timeoutMs, report: createQueueLog(logger) };
  const queues =
    url === undefined
      ? await createPostgresQueues({ databaseUrl, ...common })
      : createRabbitQueues({ url, publishTimeoutMs: timeoutMs, connectionName: 'freeway-intake', ...common });
  lifecycle.onStop('queues', () => queues.close());
  return queues;
}
