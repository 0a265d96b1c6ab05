import type { Queues, QueueStatistics } from '@freeway/core';
import { createPostgresQueues } from '@freeway/postgres';
import { createRabbitQueues } from '@freeway/rabbitmq';
import { createQueueLog, type Lifecycle, type Logger, type Metrics } from '@freeway/runtime';

export interface QueueSettings {
  readonly RABBITMQ_URL: string | undefined;
  readonly QUEUE_PREFIX: string | undefined;
  readonly QUEUE_RETRY_DELAYS_MS: readonly number[];
}

export interface QueueParts {
  readonly settings: QueueSettings;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** The queues of a process, with their log, their metrics and their end. */
export async function openQueues({ settings, databaseUrl, logger, metrics, lifecycle }: QueueParts): Promise<Queues> {
  const queues = await createQueues(settings, { databaseUrl, report: createQueueLog(logger) });
  lifecycle.onStop('queues', () => queues.close());
  exportStatistics(metrics, queues);
  return queues;
}

/** RabbitMQ where it is configured, else queues in PostgreSQL. */
export async function createQueues(
  settings: QueueSettings,
  { databaseUrl, report }: { readonly databaseUrl: string; readonly report?: ReturnType<typeof createQueueLog> },
): Promise<Queues> {
  const { RABBITMQ_URL: url, QUEUE_PREFIX: prefix = '', QUEUE_RETRY_DELAYS_MS: retryDelaysMs } = settings;
  const common = { prefix, retryDelaysMs, ...(report === undefined ? {} : { report }) };
  return url === undefined ? createPostgresQueues({ databaseUrl, ...common }) : createRabbitQueues({ url, ...common });
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
  metrics.readGauges('freeway_queue_oldest_seconds', 'Age of the oldest message, by queue.', 'queue', async () => {
    const ages = (await read()).flatMap(({ queue, oldestAgeMs }) =>
      oldestAgeMs === undefined ? [] : [[queue, oldestAgeMs / 1000] as const],
    );
    return Object.fromEntries(ages);
  });
}
