import { Fault, type QueueName, type QueueStatistics, type ServiceHealth } from '@freeway/core';
import type { Link } from './link.ts';
import type { ConfirmedPublisher } from './publish.ts';
import type { QueueAges } from './queue-ages.ts';
import { errorText } from './queue-event.ts';
import type { Topology } from './topology.ts';
import { within } from './within.ts';

export interface StatisticsParts {
  readonly link: Link;
  readonly publisher: ConfirmedPublisher;
  readonly topology: Topology;
  /** What this process has in hand. */
  readonly inFlight: ReadonlyMap<QueueName, number>;
  readonly ages: QueueAges;
  readonly timeoutMs: number;
}

/** Counts by passive declaration, the only way AMQP has to ask. */
export async function readStatistics(parts: StatisticsParts): Promise<QueueStatistics[]> {
  const { link, publisher, topology, ages, timeoutMs } = parts;
  async function read(): Promise<QueueStatistics[]> {
    await publisher.open();
    const statistics: QueueStatistics[] = [];
    for (const [queue, { work, retries, dead }] of topology.places) {
      let ready = await waiting(link, work.queue);
      for (const retry of new Set(retries.map((declared) => declared.queue))) ready += await waiting(link, retry);
      const inFlight = parts.inFlight.get(queue) ?? 0;
      const oldestAgeMs = ages.read(queue, ready + inFlight === 0);
      const known = oldestAgeMs === undefined ? {} : { oldestAgeMs };
      statistics.push({ queue, ready, inFlight, dead: await waiting(link, dead.queue), ...known });
    }
    return statistics;
  }
  const cannot = link.whyDown() ?? link.whyBlocked();
  if (cannot !== undefined) throw new Fault('unavailable', `RabbitMQ cannot be reached: ${cannot}`);
  try {
    return await within(timeoutMs, read(), 'no answer in time');
  } catch (error) {
    throw new Fault('unavailable', `RabbitMQ gives no statistics: ${errorText(error)}`, { cause: error });
  }
}

/** A round trip to a queue, not only to the socket: a quorum queue without its majority does not answer. */
export async function readHealth(
  link: Link,
  publisher: ConfirmedPublisher,
  topology: Topology,
  timeoutMs: number,
): Promise<ServiceHealth> {
  const [first] = topology.places.values();
  const down = link.whyDown();
  if (first === undefined || down !== undefined) return { state: 'down', detail: down ?? 'no queues' };
  const blocked = link.whyBlocked();
  if (blocked !== undefined) return { state: 'degraded', detail: `the broker takes no messages: ${blocked}` };
  try {
    await within(timeoutMs, publisher.open(), 'no answer in time');
    const startedMs = performance.now();
    await within(timeoutMs, waiting(link, first.work.queue), 'no answer in time');
    return { state: 'up', latencyMs: performance.now() - startedMs };
  } catch (error) {
    return { state: 'down', detail: errorText(error) };
  }
}

async function waiting(link: Link, queue: string): Promise<number> {
  const { messageCount } = await link.connection.queueDeclare({ queue, passive: true });
  return messageCount;
}
