import { randomUUID } from 'node:crypto';
import type { Queues } from '@freeway/core';
import { connectPostgres, createPostgresQueues } from '@freeway/postgres';
import { createRabbitQueues, EXCHANGES, QUEUE_TABLE } from '@freeway/rabbitmq';
import { Connection } from 'rabbitmq-client';
import { addressOf, DATABASE_URL, RABBITMQ_URL, type ServerAddress, through } from './servers.ts';

export const RETRY_DELAYS_MS = [20, 40, 60];

export interface Answer {
  readonly correlationId: string | undefined;
  readonly status: number;
  readonly body?: string;
  readonly detail?: string;
}

export interface ReplyInbox {
  /** What goes into `replyTo`. */
  readonly name: string;
  next(): Promise<Answer>;
}

export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  readonly reason: string;
  readonly attempts: number;
  readonly lastError: string;
}

/** Queues that no other test sees, as a process finds them and as they look from outside. */
export interface QueuesUnderTest {
  /** What makes a process use them. */
  readonly env: Readonly<Record<string, string>>;
  /** The test's own view of them. */
  readonly queues: Queues;
  /** Another view, by way of a proxy. Closed by the caller. */
  connect(proxy: { readonly port: number }): Promise<Queues>;
  /** Of jit-funding-queue. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  openReplyInbox(): Promise<ReplyInbox>;
  /** What passes by itself in 20 s after a holder was killed: messages in its hands may go to others. */
  forgetDeadHolders(): Promise<void>;
  close(): Promise<void>;
}

export interface QueueKind {
  readonly name: string;
  readonly available: boolean;
  /** Where its server listens. */
  readonly server: ServerAddress;
  open(databaseUrl: string): Promise<QueuesUnderTest>;
}

export const POSTGRES_QUEUES: QueueKind = {
  name: 'PostgreSQL',
  available: DATABASE_URL !== '',
  server: addressOf(DATABASE_URL, 5432),
  open: openPostgresQueues,
};

export const RABBITMQ_QUEUES: QueueKind = {
  name: 'RabbitMQ',
  available: RABBITMQ_URL !== '' && DATABASE_URL !== '',
  server: addressOf(RABBITMQ_URL, 5672),
  open: openRabbitQueues,
};

async function openPostgresQueues(databaseUrl: string): Promise<QueuesUnderTest> {
  // The database is the test's own: no prefix is needed.
  const connect = (proxy?: { readonly port: number }) =>
    createPostgresQueues({
      databaseUrl: through(databaseUrl, proxy),
      retryDelaysMs: RETRY_DELAYS_MS,
      pollEveryMs: 20,
      superviseEveryS: 1,
    });
  const queues = await connect();
  const outside = connectPostgres({ url: databaseUrl, poolMax: 1, statementTimeoutMs: 30_000 });
  return {
    env: { QUEUE_RETRY_DELAYS_MS: RETRY_DELAYS_MS.join(',') },
    queues,
    connect,
    async deadLetters() {
      const rows = await outside.sql`select data from queue.job where name = 'jit-funding-dlq'`;
      return rows.map(({ data }) => ({
        id: data.id,
        body: data.body,
        reason: data.failure.reason,
        attempts: data.failure.attempts,
        lastError: data.failure.last_error,
      }));
    },
    async openReplyInbox() {
      const name = `asker-${randomUUID()}`;
      const inbox = await queues.openReplyInbox(name);
      return {
        name,
        async next() {
          const message = await inbox.next(15_000);
          if (message === undefined) throw new Error('nobody answered');
          return { correlationId: message.correlationId, ...JSON.parse(message.body) };
        },
      };
    },
    async forgetDeadHolders() {
      await outside.sql`update queue.job set heartbeat_on = heartbeat_on - interval '1 hour' where state = 'active'`;
    },
    async close() {
      await queues.close();
      await outside.close();
    },
  };
}

async function openRabbitQueues(): Promise<QueuesUnderTest> {
  const prefix = `t${randomUUID().slice(0, 8)}.`;
  const connect = async (proxy?: { readonly port: number }) =>
    createRabbitQueues({
      url: through(RABBITMQ_URL, proxy),
      retryDelaysMs: RETRY_DELAYS_MS,
      prefix,
      reconnectMinMs: 20,
      reconnectMaxMs: 100,
    });
  const queues = await connect();
  await queues.statistics(); // all is declared now
  const outside = new Connection(RABBITMQ_URL);
  outside.on('error', () => undefined);
  return {
    env: { RABBITMQ_URL, QUEUE_PREFIX: prefix, QUEUE_RETRY_DELAYS_MS: RETRY_DELAYS_MS.join(',') },
    queues,
    connect,
    deadLetters: () => readDeadLetters(outside, `${prefix}jit-funding-dlq`),
    openReplyInbox: () => openRabbitInbox(outside),
    // The broker knows at once when a connection is gone.
    forgetDeadHolders: async () => undefined,
    async close() {
      await queues.close();
      for (const { queue, dead } of QUEUE_TABLE) {
        const retries = RETRY_DELAYS_MS.map((delayMs) => `${queue}.retry.${delayMs}ms`);
        for (const name of [queue, dead, ...retries]) await outside.queueDelete({ queue: prefix + name });
      }
      for (const exchange of Object.values(EXCHANGES)) await outside.exchangeDelete({ exchange: prefix + exchange });
      // Not closed politely: that would wait for the channels of reply inboxes.
      outside.unsafeDestroy();
    },
  };
}

async function readDeadLetters(outside: Connection, queue: string): Promise<DeadLetter[]> {
  const channel = await outside.acquire();
  const letters: DeadLetter[] = [];
  for (;;) {
    const message = await channel.basicGet({ queue });
    if (message === undefined) break;
    const { messageId = '', body, headers = {} } = message;
    letters.push({
      id: messageId,
      body: String(body),
      reason: headers['x-reason'],
      attempts: headers['x-attempts'],
      lastError: headers['x-last-error'],
    });
  }
  // Closing without an ack puts them all back.
  await channel.close();
  return letters;
}

async function openRabbitInbox(outside: Connection): Promise<ReplyInbox> {
  const channel = await outside.acquire();
  const { queue: name } = await channel.queueDeclare({ exclusive: true });
  return {
    name,
    async next() {
      for (;;) {
        const message = await channel.basicGet({ queue: name, noAck: true });
        if (message !== undefined) {
          return { correlationId: message.correlationId, ...JSON.parse(String(message.body)) };
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}
