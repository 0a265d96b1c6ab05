import { RETRY_DELAYS_MS } from '@freeway/core';
import { EXCHANGES, QUEUE_TABLE } from '@freeway/rabbitmq';
import { Connection } from 'rabbitmq-client';

/** Takes the queues of one test from the broker, which others share. */
export async function removeQueues(brokerUrl: string, prefix: string): Promise<void> {
  const outside = new Connection(brokerUrl);
  for (const { queue, dead } of QUEUE_TABLE) {
    const retries = RETRY_DELAYS_MS.map((delayMs) => `${queue}.retry.${delayMs}ms`);
    for (const name of [queue, dead, ...retries]) await outside.queueDelete({ queue: prefix + name });
  }
  for (const exchange of Object.values(EXCHANGES)) await outside.exchangeDelete({ exchange: prefix + exchange });
  await outside.close();
}
