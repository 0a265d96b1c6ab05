import { Fault, type Message } from '@freeway/core';
import type { PgBoss } from 'pg-boss';
import { REPLY_QUEUE_OPTIONS } from './queue-table.ts';
import type { QueuePublisher } from './publish.ts';
import { readStored, type StoredMessage } from './stored-message.ts';

/** The asker's end of a reply queue. */
export interface ReplyInbox {
  /** The next answer, or undefined if none came in time. */
  next(timeoutMs: number): Promise<Message | undefined>;
  /** Removes the queue; answers that come later find nobody. */
  close(): Promise<void>;
}

const POLL_EVERY_MS = 25;

/** Reply queues have a name space of their own: a `replyTo` cannot reach the queues we work on. */
function replyQueue(prefix: string, to: string): string {
  return `${prefix}reply.${to}`;
}

/** Makes the queue `replyTo: to` stands for; as on RabbitMQ that is the asker's part. */
export async function openReplyInbox(boss: PgBoss, prefix: string, to: string): Promise<ReplyInbox> {
  const name = replyQueue(prefix, to);
  await boss.createQueue(name, REPLY_QUEUE_OPTIONS);
  return {
    async next(timeoutMs) {
      const untilMs = performance.now() + timeoutMs;
      while (performance.now() < untilMs) {
        const [job] = await boss.fetch<StoredMessage>(name);
        if (job !== undefined) {
          await boss.deleteJob(name, job.id);
          return answerOf(job.data);
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
      }
      return undefined;
    },
    close: () => boss.deleteQueue(name),
  };
}

export async function sendReply(
  publisher: QueuePublisher,
  options: { readonly prefix: string; readonly to: string; readonly message: Message },
): Promise<void> {
  try {
    await publisher.publish(replyQueue(options.prefix, options.to), [options.message]);
  } catch (error) {
    throw isNobody(error) ? new Fault('unavailable', `nobody listens on reply queue "${options.to}"`) : error;
  }
}

/** No such queue, or a name that no queue can have. */
function isNobody(error: unknown): boolean {
  const cause: unknown = error instanceof Fault ? error.cause : error;
  if (!(cause instanceof Error) || !('code' in cause)) return false;
  return cause.code === 'PGBOSS_QUEUE_NOT_FOUND' || cause.code === 'ERR_ASSERTION';
}

function answerOf(data: unknown): Message | undefined {
  const delivery = readStored(data);
  if (delivery === undefined) return undefined;
  const { attempt: _attempt, ...message } = delivery;
  return message;
}
