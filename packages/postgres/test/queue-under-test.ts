import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DEAD_LETTER_QUEUES, type QueueName } from '@freeway/core';
import type { QueuesContractOptions, QueuesUnderTest, RawDeadLetter } from '@freeway/testkit/contracts/queues';
import postgres from 'postgres';
import { createPostgresQueues, type PostgresQueues, type PostgresQueuesOptions } from '../src/queue/postgres-queues.ts';
import type { StoredMessage } from '../src/queue/stored-message.ts';

const databaseUrl = process.env.TEST_DATABASE_URL ?? '';

/** Freeway's queues under a prefix, looked at from outside with a client of our own. */
export async function openPostgres(
  options: QueuesContractOptions & Partial<PostgresQueuesOptions>,
): Promise<QueuesUnderTest & { readonly queues: PostgresQueues; readonly outside: postgres.Sql }> {
  const { prefix } = options;
  const queues = await createPostgresQueues({ databaseUrl, pollEveryMs: 20, superviseEveryS: 1, ...options });
  const outside = postgres(databaseUrl, { max: 1, onnotice: () => undefined });

  /** Runs one of the scripts beside this file, and kills it once it says that it has begun. */
  async function dieInMid(script: string, queue: QueueName): Promise<void> {
    const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
    const child = spawn(process.execPath, [path, databaseUrl, prefix, queue], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  return {
    queues,
    outside,
    async dieHolding(queue) {
      await dieInMid('queue-hold-one-message.ts', queue);
      // What would pass in 20 s: nobody has heard of the holder.
      await outside`update queue.job set heartbeat_on = heartbeat_on - interval '1 hour'
        where name = ${prefix + queue} and state = 'active'`;
    },
    dieRedriving: (queue) => dieInMid('queue-die-redriving.ts', queue),
    async close() {
      await queues.close();
      await outside`delete from queue.job where starts_with(name, ${prefix})`;
      await outside`delete from queue.queue where starts_with(name, ${prefix}) and dead_letter is not null`;
      await outside`delete from queue.queue where starts_with(name, ${prefix})`;
      await outside.end();
    },
    async deadLetters(queue) {
      const rows = await outside<{ data: StoredMessage }[]>`
        select data from queue.job where name = ${prefix + DEAD_LETTER_QUEUES[queue]} order by created_on, id`;
      return rows.map(({ data }) => deadLetterOf(data));
    },
    async openReplyInbox() {
      const name = `asker-${randomUUID()}`;
      const inbox = await queues.openReplyInbox(name);
      return {
        name,
        async next() {
          const answer = await inbox.next(10_000);
          if (answer === undefined) throw new Error('no answer');
          return answer;
        },
      };
    },
  };
}

function deadLetterOf({ id, type, body, failure }: StoredMessage): RawDeadLetter {
  return {
    id,
    type,
    body,
    reason: failure?.reason ?? '',
    attempts: failure?.attempts ?? 0,
    originalQueue: failure?.original_queue ?? '',
    firstError: failure?.first_error ?? '',
    lastError: failure?.last_error ?? '',
    firstFailedAt: failure?.first_failed_at ?? '',
    lastFailedAt: failure?.last_failed_at ?? '',
    redriven: failure?.redriven,
  };
}
