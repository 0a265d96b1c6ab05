import { RETRY_DELAYS_MS, Fault, type Consumer, type QueueName, type Queues, type ServiceHealth } from '@freeway/core';
import type { PgBoss } from 'pg-boss';
import { startConsumer } from './consume.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createMoveAside } from './move-aside.ts';
import { openNudges } from './nudges.ts';
import { createQueuePublisher } from './publish.ts';
import { errorText, type ReportQueueEvent } from './queue-event.ts';
import { queueFault } from './queue-fault.ts';
import { knownQueue } from './queue-table.ts';
import { openReplyInbox, sendReply, type ReplyInbox } from './replies.ts';
import { startBoss } from './start-boss.ts';
import { readStatistics } from './statistics.ts';

export interface PostgresQueuesOptions {
  readonly databaseUrl: string;
  /** Waits before the second, third, ... attempt; default 1 s, 10 s, 60 s. */
  readonly retryDelaysMs?: readonly number[];
  /** Connections at most, at least 2; one more listens for notifications. Default 4. */
  readonly poolMax?: number;
  /** How soon an idle consumer looks without having been notified (retries that fall due, say); default 200 ms. */
  readonly pollEveryMs?: number;
  /** How long `close` waits for messages in hand; default 10 s. Then the rest is delivered again later. */
  readonly closeTimeoutMs?: number;
  /** How often messages whose holder has died are looked for; default 15 s. */
  readonly superviseEveryS?: number;
  /** Put before every queue's name, so that test runs do not meet. */
  readonly prefix?: string;
  readonly report?: ReportQueueEvent;
}

export interface PostgresQueues extends Queues {
  /**
   * What an asker needs: makes the reply queue `to` and reads from it. Publish with `replyTo: to` afterwards. Answers to a
   * queue that nobody has opened are refused.
   */
  openReplyInbox(to: string): Promise<ReplyInbox>;
}

/** Queues in PostgreSQL by pg-boss, for programs that need no broker. Rejects with a Fault if the server is not there. */
export async function createPostgresQueues(options: PostgresQueuesOptions): Promise<PostgresQueues> {
  const { databaseUrl, poolMax = 4, prefix = '', superviseEveryS = 15, report = () => undefined } = options;
  const { retryDelaysMs = RETRY_DELAYS_MS, pollEveryMs = 200, closeTimeoutMs = 10_000 } = options;
  const boss = await startBoss({ databaseUrl, poolMax, prefix, superviseEveryS, report }).catch((error: unknown) => {
    throw queueFault(error);
  });
  const nudges = await openNudges(boss.getDb(), report);
  const publisher = createQueuePublisher(boss, nudges);
  const consumers = new Set<Consumer>();
  let closing: Promise<void> | undefined;

  function openQueue(queue: QueueName): QueueName {
    if (closing !== undefined) throw new Fault('unavailable', 'the queues are closed');
    return knownQueue(queue);
  }

  function consume(...[queue, { prefetch }, handle]: Parameters<Queues['consume']>): Consumer {
    const moveAside = createMoveAside({ boss, queue, prefix, retryDelaysMs, report });
    const settings = { boss, queue, prefix, prefetch, pollEveryMs, moveAside, nudges, report };
    const started = startConsumer({ ...settings, handle });
    const consumer: Consumer = {
      async stop() {
        await started.stop();
        consumers.delete(consumer);
      },
    };
    consumers.add(consumer);
    return consumer;
  }

  async function close(): Promise<void> {
    const inHand = Promise.all([...consumers].map((consumer) => consumer.stop())).then(publisher.close);
    if (!(await endsWithin(closeTimeoutMs, inHand))) {
      report({ event: 'error', detail: 'closed the hard way: messages still in hand will be delivered again' });
    }
    await nudges.close();
    await boss.stop({ graceful: false });
  }

  return {
    async publish(queue, messages) {
      await publisher.publish(prefix + knownQueue(queue), messages);
    },
    reply: (to, message) => sendReply(publisher, { prefix, to, message }),
    async consume(queue, settings, handle) {
      return consume(openQueue(queue), settings, handle);
    },
    deadLetters: createDeadLetters({ boss, prefix, nudges, openQueue }),
    statistics: () => readStatistics(boss, prefix),
    health: () => readHealth(boss),
    openReplyInbox: (to) => openReplyInbox(boss, prefix, to),
    close: () => (closing ??= close()),
  };
}

async function readHealth(boss: PgBoss): Promise<ServiceHealth> {
  const startedMs = performance.now();
  try {
    await boss.getDb().executeSql('select 1');
    return { state: 'up', latencyMs: performance.now() - startedMs };
  } catch (error) {
    return { state: 'down', detail: errorText(error) };
  }
}

async function endsWithin(timeoutMs: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const ended = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}
