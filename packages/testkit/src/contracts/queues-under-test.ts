import { randomUUID } from 'node:crypto';
import type { Delivery, Message, QueueName, Queues } from '@freeway/core';

/** What a message's failures look like to someone who reads the dead letters with the broker's own tools. */
export interface RawDeadLetter {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly reason: string;
  readonly attempts: number;
  readonly originalQueue: string;
  readonly firstError: string;
  readonly lastError: string;
  /** ISO 8601. */
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  /** Undefined on a message that never was. */
  readonly redriven: number | undefined;
}

/** An asker's queue of answers, made as an asker would make it. */
export interface ReplyInbox {
  /** What goes into `replyTo`. */
  readonly name: string;
  next(): Promise<Message>;
}

export interface QueuesUnderTest {
  readonly queues: Queues;
  /** Closes and removes what the tests left behind. */
  close(): Promise<void>;
  deadLetters(queue: QueueName): Promise<readonly RawDeadLetter[]>;
  openReplyInbox(): Promise<ReplyInbox>;
  /** Lets another process take one message of the queue and die with it in hand; resolves once it is dead. */
  dieHolding(queue: QueueName): Promise<void>;
  /** Lets another process redrive all dead letters of the queue and die when some of them are done; resolves once it is dead. */
  dieRedriving(queue: QueueName): Promise<void>;
}

export interface QueuesContractOptions {
  /** Before every name, so that runs do not meet. */
  readonly prefix: string;
  readonly retryDelaysMs: readonly number[];
}

export type OpenQueues = (options: QueuesContractOptions) => Promise<QueuesUnderTest>;

/** Opens queues that no other test sees. */
export function openFresh(open: OpenQueues, retryDelaysMs = [50, 100, 150]): Promise<QueuesUnderTest> {
  return open({ prefix: `t${randomUUID().slice(0, 8)}.`, retryDelaysMs });
}

/** A message of its own for every call. */
export function someMessage(fields: Partial<Message> = {}): Message {
  return { id: randomUUID(), type: 'something_happened', body: '{"a":1}', ...fields };
}

/** A handler that keeps what it is given, and a promise for the first `count` of it. */
export function collector(count: number) {
  const deliveries: Delivery[] = [];
  const { promise, resolve } = Promise.withResolvers<Delivery[]>();
  return {
    deliveries,
    all: promise,
    handle: async (delivery: Delivery) => {
      deliveries.push(delivery);
      if (deliveries.length === count) resolve(deliveries);
    },
  };
}

/** Asks again and again until the answer is as wanted; the test's own time-out ends a wait in vain. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
