import type { Queues, QueueStatistics } from '@freeway/core';
import { createPostgresQueues } from '@freeway/postgres';
import { createRabbitQueues, type QueueEvent } from '@freeway/rabbitmq';
import { createRateLimitedLog, type Lifecycle, type Logger, type Metrics } from '@freeway/runtime';

export interface QueueParts {
  readonly settings: {
    readonly RABBITMQ_URL: string | undefined;
    readonly QUEUE_PREFIX: string | undefined;
    readonly QUEUE_RETRY_DELAYS_MS: readonly number[];
  };
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** RabbitMQ where it is configured, else queues in PostgreSQL. */
export async function openQueues({ settings, databaseUrl, logger, metrics, lifecycle }: QueueParts): Promise<Queues> {
  const { RABBITMQ_URL: url, QUEUE_PREFIX: prefix = '', QUEUE_RETRY_DELAYS_MS: retryDelaysMs } = settings;
  const common = { prefix, retryDelaysMs, report: reportTo(logger) };
  const queues =
    url === undefined ? await createPostgresQueues({ databaseUrl, ...common }) : createRabbitQueues({ url, ...common });
  lifecycle.onStop('queues', () => queues.close());
  exportStatistics(metrics, queues);
  return queues;
}

/** Every dead letter has its line; of what comes by the thousand when a store is away, one a second. */
function reportTo(logger: Logger): (event: QueueEvent) => void {
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  return ({ event, detail, queue, messageId, attempt }) => {
    const fields = { queue, message_id: messageId, attempt, detail };
    const message = `queues: ${event.replaceAll('_', ' ')}`;
    if (event === 'connected') logger.info(fields, message);
    else if (event === 'message_dead') logger.error(fields, message);
    else log(`${event} ${queue ?? ''}`, 1000, event === 'error' ? 'error' : 'warn', fields, message);
  };
}

const COUNTED = { ready: 'ready', in_flight: 'inFlight', dead: 'dead' } as const;

function exportStatistics(metrics: Metrics, queues: Queues): void {
  let reading: Promise<readonly QueueStatistics[]> | undefined;
  /** The gauges of one page are read at once: one question serves them all. */
  function read(): Promise<readonly QueueStatistics[]> {
    reading ??= queues
      .statistics()
      // A broker that is away has no numbers; the rest of the page must still be served.
      .catch(() => [])
      .finally(() => (reading = undefined));
    return reading;
  }
  for (const [name, count] of Object.entries(COUNTED)) {
    const help = `Messages ${name.replace('_', ' ')}, by queue.`;
    metrics.readGauges(`freeway_queue_${name}`, help, 'queue', async () =>
      Object.fromEntries((await read()).map((each) => [each.queue, each[count]])),
    );
  }
}
