import { InvalidMessage, type Consumer, type Delivery } from '@freeway/core';
import { ConsumerStatus, type AsyncMessage, type Connection } from 'rabbitmq-client';
import { readAttempt, readMessage } from './message.ts';
import type { MoveAside } from './move-aside.ts';
import { errorText, type ReportQueueEvent } from './queue-event.ts';
import type { QueuePlaces } from './topology.ts';

export interface ConsumeOptions {
  readonly places: QueuePlaces;
  readonly prefetch: number;
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly moveAside: MoveAside;
  readonly report: ReportQueueEvent;
  /** Called with +1 and -1 around every handled message. */
  readonly onInFlight: (change: 1 | -1) => void;
  /** Called with when each message was published, in milliseconds since the epoch, where that is known. */
  readonly onTaken: (publishedAtMs: number | undefined) => void;
}

/** Before a message goes back because neither a retry nor a dead letter could be published: the broker needs the time. */
const REQUEUE_PAUSE_MS = 1_000;

/**
 * Consumes one queue. The only place that decides whether a message is acked, and the rule is short: a message is acked
 * once its handler has resolved, or once the broker has confirmed its copy in a retry or dead-letter queue. Never an
 * immediate requeue of what failed: a poison message would spin.
 */
export function startConsumer(connection: Connection, options: ConsumeOptions): Consumer {
  const { places, prefetch, moveAside, report } = options;
  const queue = places.row.queue;
  let stopping = false;

  async function settle(incoming: AsyncMessage): Promise<ConsumerStatus> {
    if (stopping) return ConsumerStatus.REQUEUE;
    options.onInFlight(1);
    options.onTaken(incoming.timestamp === undefined ? undefined : incoming.timestamp * 1000);
    try {
      await handleOrMove(incoming);
      return ConsumerStatus.ACK;
    } catch (error) {
      report({ event: 'error', queue, detail: `the message goes back to its queue: ${errorText(error)}` });
      await new Promise((resolve) => setTimeout(resolve, REQUEUE_PAUSE_MS));
      return ConsumerStatus.REQUEUE;
    } finally {
      options.onInFlight(-1);
    }
  }

  async function handleOrMove(incoming: AsyncMessage): Promise<void> {
    const message = readMessage(incoming, places);
    const attempt = readAttempt(incoming);
    if ('refused' in message) return moveAside.toDead(incoming, 'not_ours', { attempt, error: message.refused });
    try {
      await options.handle({ ...message, attempt });
    } catch (error) {
      const failure = { attempt, error: errorText(error) };
      if (error instanceof InvalidMessage) return moveAside.toDead(incoming, 'invalid_message', failure);
      await moveAside.toRetry(incoming, failure);
    }
  }

  const consumer = connection.createConsumer(
    {
      queue: places.work.queue,
      queueOptions: { durable: true, arguments: { ...places.work.arguments } },
      qos: { prefetchCount: prefetch },
      // Equal to the prefetch, so that every delivered message is at once in hand and none waits half taken.
      concurrency: prefetch,
    },
    settle,
  );
  consumer.on('error', (error: unknown) => report({ event: 'error', queue, detail: errorText(error) }));

  return {
    async stop() {
      stopping = true;
      await consumer.close();
    },
  };
}
