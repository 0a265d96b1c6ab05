import { randomUUID } from 'node:crypto';
import type { Delivery, Queues } from '@freeway/core';
import { createPostgresQueues } from '@freeway/postgres';
import { createRabbitQueues, EXCHANGES, QUEUE_TABLE } from '@freeway/rabbitmq';
import { Connection } from 'rabbitmq-client';
import { DATABASE_URL, RABBITMQ_URL } from './servers.ts';

const RETRY_DELAYS_MS = [1000, 2000, 3000];

/** A queue that no other test sees, as intake finds it, and what has arrived in it. */
export interface QueueUnderTest {
  /** What makes intake use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that has come out of webhook-queue so far. */
  readonly arrived: readonly Delivery[];
  close(): Promise<void>;
}

export interface QueueKind {
  readonly name: string;
  readonly available: boolean;
  open(databaseUrl: string): Promise<QueueUnderTest>;
}

export const POSTGRES_QUEUE: QueueKind = {
  name: 'PostgreSQL',
  available: DATABASE_URL !== '',
  async open(databaseUrl) {
    // The database is the test's own: no prefix is needed.
    const queues = await createPostgresQueues({ databaseUrl, retryDelaysMs: RETRY_DELAYS_MS, pollEveryMs: 20 });
    return { env: {}, arrived: await consumeAll(queues), close: () => queues.close() };
  },
};

export const RABBITMQ_QUEUE: QueueKind = {
  name: 'RabbitMQ',
  available: RABBITMQ_URL !== '' && DATABASE_URL !== '',
  async open() {
    const prefix = `t${randomUUID().slice(0, 8)}.`;
    const queues = createRabbitQueues({ url: RABBITMQ_URL, retryDelaysMs: RETRY_DELAYS_MS, prefix });
    await queues.statistics(); // all is declared now
    return {
      env: { RABBITMQ_URL, QUEUE_PREFIX: prefix, QUEUE_RETRY_DELAYS_MS: RETRY_DELAYS_MS.join(',') },
      arrived: await consumeAll(queues),
      async close() {
        await queues.close();
        await removeQueues(prefix);
      },
    };
  },
};

export const QUEUE_KINDS = [POSTGRES_QUEUE, RABBITMQ_QUEUE];

async function consumeAll(queues: Queues): Promise<readonly Delivery[]> {
  const arrived: Delivery[] = [];
  await queues.consume('webhook-queue', { prefetch: 100 }, async (delivery) => void arrived.push(delivery));
  return arrived;
}

async function removeQueues(prefix: string): Promise<void> {
  const outside = new Connection(RABBITMQ_URL);
  for (const { queue, dead } of QUEUE_TABLE) {
    const retries = RETRY_DELAYS_MS.map((delayMs) => `${queue}.retry.${delayMs}ms`);
    for (const name of [queue, dead, ...retries]) await outside.queueDelete({ queue: prefix + name });
  }
  for (const exchange of Object.values(EXCHANGES)) await outside.exchangeDelete({ exchange: prefix + exchange });
  await outside.close();
}
