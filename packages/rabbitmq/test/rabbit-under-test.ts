import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { QueueName } from '@freeway/core';
import type { QueuesUnderTest, RawDeadLetter } from '@freeway/testkit/contracts/queues';
import { Connection, type SyncMessage } from 'rabbitmq-client';
import { createRabbitQueues, type RabbitQueuesOptions } from '../src/index.ts';
import { topologyOf } from '../src/topology.ts';

/** Freeway's queues under a prefix, looked at from outside with a client of our own. */
export async function openRabbit(
  options: RabbitQueuesOptions & { prefix: string; retryDelaysMs: readonly number[] },
): Promise<QueuesUnderTest & { readonly outside: Connection }> {
  const queues = createRabbitQueues({ reconnectMinMs: 50, reconnectMaxMs: 200, ...options });
  const outside = new Connection({ url: options.url, retryLow: 50, retryHigh: 200 });
  outside.on('error', () => undefined);
  const { places, exchanges } = topologyOf(options);

  return {
    queues,
    outside,
    async close() {
      await queues.close();
      for (const { work, retries, dead } of places.values()) {
        for (const { queue } of [work, dead, ...retries]) await outside.queueDelete({ queue });
      }
      for (const exchange of Object.values(exchanges)) await outside.exchangeDelete({ exchange });
      // Not closed politely: that would wait for the channels of reply inboxes.
      outside.unsafeDestroy();
    },
    async deadLetters(queue) {
      const channel = await outside.acquire();
      const letters: RawDeadLetter[] = [];
      for (;;) {
        const message = await channel.basicGet({ queue: places.get(queue)?.dead.queue ?? queue });
        if (message === undefined) break;
        letters.push(deadLetterOf(message));
      }
      // Closing without an ack puts them all back.
      await channel.close();
      return letters;
    },
    async openReplyInbox() {
      const channel = await outside.acquire();
      const { queue: name } = await channel.queueDeclare({ exclusive: true });
      return {
        name,
        async next() {
          for (;;) {
            const got = await channel.basicGet({ queue: name, noAck: true });
            const { messageId: id = '', type = '', correlationId = '', body } = got ?? {};
            if (got !== undefined) return { id, type, correlationId, body: String(body) };
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        },
      };
    },
    dieHolding: (queue) => dieInMid('hold-one-message.ts', options, queue),
    dieRedriving: (queue) => dieInMid('die-redriving.ts', options, queue),
  };
}

function deadLetterOf({ messageId = '', type = '', body, headers = {} }: SyncMessage): RawDeadLetter {
  return {
    id: messageId,
    type,
    // The client parses JSON of which nobody said how it is encoded.
    body: typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : String(body),
    reason: headers['x-reason'],
    attempts: headers['x-attempts'],
    originalQueue: headers['x-original-queue'],
    firstError: headers['x-first-error'],
    lastError: headers['x-last-error'],
    firstFailedAt: headers['x-first-failed-at'],
    lastFailedAt: headers['x-last-failed-at'],
    redriven: headers['x-redriven'],
  };
}

/** Runs one of the scripts beside this file, and kills it once it says that it has begun. */
async function dieInMid(script: string, { url, prefix }: RabbitQueuesOptions, queue: QueueName): Promise<void> {
  const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, url, prefix ?? '', queue], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
