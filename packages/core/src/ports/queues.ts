import type { DeadLetters } from './dead-letters.ts';
import type { ServiceHealth } from './health.ts';

export const QUEUES = ['jit-funding-queue', 'transaction-processing-queue', 'webhook-queue'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Where a message of each queue ends that could not be handled. */
export const DEAD_LETTER_QUEUES: Readonly<Record<QueueName, string>> = {
  'jit-funding-queue': 'jit-funding-dlq',
  'transaction-processing-queue': 'transaction-processing-dlq',
  'webhook-queue': 'webhook-dlq',
};

/** Waits before the second, third and fourth attempt, unless the operator says otherwise. */
export const RETRY_DELAYS_MS: readonly number[] = [1_000, 10_000, 60_000];

/** A message on a queue. `id` is the consumer's key for dropping duplicates: delivery is at least once. */
export interface Message {
  readonly id: string;
  /** What the body is, snake_case: `authorization_decided`, `authorization_requested`. */
  readonly type: string;
  /** JSON. */
  readonly body: string;
  readonly replyTo?: string;
  readonly correlationId?: string;
}

export interface Delivery extends Message {
  /** 1 at first, 2 to 4 for the three delayed retries. */
  readonly attempt: number;
}

/**
 * Thrown by a handler: the message can never be handled; it goes to the dead letters at once, with the reason.
 * Anything else that a handler throws is retried (3 attempts, growing delay), then dead-lettered with its message.
 */
export class InvalidMessage extends Error {
  override readonly name = 'InvalidMessage';
}

export interface Publisher {
  /** Resolves once the broker holds the messages durably (confirm); rejects otherwise. Order is kept. */
  publish(queue: QueueName, messages: readonly Message[]): Promise<void>;
  /** Answers a message that carried `replyTo`. */
  reply(to: string, message: Message): Promise<void>;
}

export interface Consumer {
  /** Stops taking messages, waits for those in hand. */
  stop(): Promise<void>;
}

export interface Queues extends Publisher {
  consume(
    queue: QueueName,
    options: { readonly prefetch: number },
    handle: (delivery: Delivery) => Promise<void>,
  ): Promise<Consumer>;
  readonly deadLetters: DeadLetters;
  /** Messages waiting, being handled and dead, by queue. */
  statistics(): Promise<readonly QueueStatistics[]>;
  health(): Promise<ServiceHealth>;
  close(): Promise<void>;
}

export interface QueueStatistics {
  readonly queue: QueueName;
  readonly ready: number;
  readonly inFlight: number;
  readonly dead: number;
  /**
   * How long the oldest message has been waiting or in hand; 0 when there is none. Absent where it is not known: RabbitMQ does not
   * tell, so there it is the time since the message was published that this process took last, and only a consumer knows.
   */
  readonly oldestAgeMs?: number;
}
