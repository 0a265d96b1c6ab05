import { RETRY_DELAYS_MS, Fault, type Consumer, type Message, type QueueName, type Queues } from '@freeway/core';
import { startConsumer } from './consume.ts';
import { createDeadLetters } from './dead-letters.ts';
import { openLink, type Link } from './link.ts';
import { envelopeOf, queueOfName } from './message.ts';
import { createMoveAside } from './move-aside.ts';
import { createConfirmedPublisher, type Outgoing } from './publish.ts';
import { createQueueAges } from './queue-ages.ts';
import { errorText, type ReportQueueEvent } from './queue-event.ts';
import { readHealth, readStatistics } from './statistics.ts';
import { topologyOf, type Topology } from './topology.ts';
import { within } from './within.ts';

export interface RabbitQueuesOptions {
  /** `amqp:` or `amqps:`, with credentials and virtual host. */
  readonly url: string;
  /** Waits before the second, third, ... attempt; default 1 s, 10 s, 60 s. */
  readonly retryDelaysMs?: readonly number[];
  /** How long a publish waits for a channel, and again for its confirms; default 5 s. */
  readonly publishTimeoutMs?: number;
  /** How long `close` waits for messages in hand and confirms; default 10 s. Then the rest is redelivered. */
  readonly closeTimeoutMs?: number;
  /** Bounds of the random, growing wait between attempts to connect; default 250 ms and 10 s. */
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
  /** Put before every name on the broker, so that test runs do not meet. */
  readonly prefix?: string;
  /** Shown in the broker's list of connections. */
  readonly connectionName?: string;
  readonly report?: ReportQueueEvent;
}

/**
 * Queues on RabbitMQ. Returns at once and connects by itself, whether or not the broker is up; what cannot be done
 * meanwhile rejects with a Fault. `inFlight` in the statistics is what this process has in hand: AMQP does not tell
 * about the others. `ready` includes messages that wait for a retry.
 */
export function createRabbitQueues(options: RabbitQueuesOptions): Queues {
  const { publishTimeoutMs = 5_000, closeTimeoutMs = 10_000, report = () => undefined } = options;
  const topology = topologyOf({
    prefix: options.prefix ?? '',
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  });
  // The broker blocks connections that publish when it is short of memory; those that consume must still ack.
  const publishing = openLink(linkOptions(options, 'publish', publishTimeoutMs, report));
  let consuming: Link | undefined;
  const publisher = createConfirmedPublisher(publishing, topology, publishTimeoutMs);
  const consumers = new Set<Consumer>();
  const inFlight = new Map<QueueName, number>();
  const ages = createQueueAges();
  let closing: Promise<void> | undefined;

  function consumingLink(): Link {
    if (closing !== undefined) throw new Fault('unavailable', 'the queues are closed');
    consuming ??= openLink(linkOptions(options, 'consume', publishTimeoutMs, report));
    return consuming;
  }

  function consume(...[queue, { prefetch }, handle]: Parameters<Queues['consume']>): Consumer {
    const places = queueOfName(topology.places, queue);
    const moveAside = createMoveAside(publisher, places, report);
    const onInFlight = (change: 1 | -1) => void inFlight.set(queue, (inFlight.get(queue) ?? 0) + change);
    const onTaken = (publishedAtMs: number | undefined) => ages.taken(queue, publishedAtMs);
    const settings = { places, prefetch, handle, moveAside, report, onInFlight, onTaken };
    return addConsumer(consumers, startConsumer(consumingLink().connection, settings));
  }

  async function closeGracefully(): Promise<void> {
    // A consumer without a broker has only its handlers to wait for, not the next attempt to connect.
    if (consuming?.whyDown() !== undefined) consuming.connection.unsafeDestroy();
    await Promise.all([...consumers].map((consumer) => consumer.stop()));
    await publisher.close();
    await Promise.all([closeLink(publishing), consuming && closeLink(consuming)]);
  }

  async function close(): Promise<void> {
    try {
      await within(closeTimeoutMs, closeGracefully(), 'messages still in hand will be redelivered');
    } catch (error) {
      report({ event: 'error', detail: `closed the hard way: ${errorText(error)}` });
    } finally {
      publishing.connection.unsafeDestroy();
      consuming?.connection.unsafeDestroy();
    }
  }

  return {
    publish: (queue, messages) => publisher.send(messages.map((message) => toQueue(topology, queue, message))),
    reply(to, message) {
      const envelope = { ...envelopeOf(message), exchange: '', routingKey: to };
      return publisher.send([{ envelope, body: Buffer.from(message.body, 'utf8') }]);
    },
    async consume(queue, settings, handle) {
      return consume(queue, settings, handle);
    },
    deadLetters: createDeadLetters({ link: consumingLink, publisher, topology, timeoutMs: publishTimeoutMs }),
    statistics: () =>
      readStatistics({ link: publishing, publisher, topology, inFlight, ages, timeoutMs: publishTimeoutMs }),
    health: () => readHealth(publishing, publisher, topology, publishTimeoutMs),
    close: () => (closing ??= close()),
  };
}

function toQueue(topology: Topology, queue: QueueName, message: Message): Outgoing {
  const { work } = queueOfName(topology.places, queue);
  const place = { exchange: work.exchange, routingKey: `${work.queue}.${message.type}` };
  return { envelope: { ...envelopeOf(message), ...place }, body: Buffer.from(message.body, 'utf8') };
}

/** Until it has stopped. */
function addConsumer(consumers: Set<Consumer>, started: Consumer): Consumer {
  const consumer: Consumer = {
    async stop() {
      await started.stop();
      consumers.delete(consumer);
    },
  };
  consumers.add(consumer);
  return consumer;
}

function linkOptions(options: RabbitQueuesOptions, purpose: string, timeoutMs: number, report: ReportQueueEvent) {
  return {
    url: options.url,
    connectionName: `${options.connectionName ?? 'freeway'} ${purpose}`,
    acquireTimeoutMs: timeoutMs,
    reconnectMinMs: options.reconnectMinMs ?? 250,
    reconnectMaxMs: options.reconnectMaxMs ?? 10_000,
    report,
  };
}

/** The library's polite close waits for ever on a connection that is not there. */
async function closeLink(link: Link): Promise<void> {
  if (link.whyDown() === undefined) await link.connection.close();
}
