import { DEAD_LETTER_QUEUES, type QueueName } from '@freeway/core';

/**
 * The one table of what Freeway has on the broker. Everything else in this package is derived from it.
 * `untypedRequest` is what a message with a reply-to but no `type` property is taken for, so that any AMQP client can ask.
 */
export const QUEUE_TABLE: readonly QueueRow[] = [
  {
    queue: 'jit-funding-queue',
    dead: DEAD_LETTER_QUEUES['jit-funding-queue'],
    untypedRequest: 'authorization_requested',
  },
  { queue: 'transaction-processing-queue', dead: DEAD_LETTER_QUEUES['transaction-processing-queue'] },
  { queue: 'webhook-queue', dead: DEAD_LETTER_QUEUES['webhook-queue'] },
];

/** Durable topic exchanges. `work` routes `<queue>.<type>`, so others may bind, say, `#.authorization_decided`. */
export const EXCHANGES = { work: 'freeway', retry: 'freeway.retry', dead: 'freeway.dead' } as const;

/**
 * A message whose handler takes the process down with it is never acked and comes back without a retry header; after
 * this many deliveries the broker itself moves it to the dead letters (with its own `x-death` header as the reason).
 */
const DELIVERY_LIMIT = 20;

/**
 * To look at dead letters is to take them and give them back, and RabbitMQ 4 drops, unless told otherwise, what was given
 * back 20 times. Older ones know no word for "never", hence a number.
 */
const DEAD_DELIVERY_LIMIT = 2_147_483_647;

interface QueueRow {
  readonly queue: QueueName;
  readonly dead: string;
  readonly untypedRequest?: string;
}

/** A queue as it is declared. Every declaration in the process uses this very row: the broker refuses any difference. */
export interface DeclaredQueue {
  readonly queue: string;
  readonly durable: true;
  readonly arguments: Readonly<Record<string, string | number>>;
  readonly exchange: string;
  readonly bindingKey: string;
}

export interface QueuePlaces {
  readonly row: QueueRow;
  readonly work: DeclaredQueue;
  /** One per retry, in order; equal delays share a queue. */
  readonly retries: readonly DeclaredQueue[];
  readonly dead: DeclaredQueue;
}

export interface Topology {
  readonly exchanges: { readonly work: string; readonly retry: string; readonly dead: string };
  readonly places: ReadonlyMap<QueueName, QueuePlaces>;
}

/** The names and arguments of all queues under a prefix (tests isolate themselves with one; production has none). */
export function topologyOf(options: { readonly prefix: string; readonly retryDelaysMs: readonly number[] }): Topology {
  const { prefix, retryDelaysMs } = options;
  const exchanges = {
    work: prefix + EXCHANGES.work,
    retry: prefix + EXCHANGES.retry,
    dead: prefix + EXCHANGES.dead,
  };
  const places = QUEUE_TABLE.map((row): [QueueName, QueuePlaces] => {
    const name = prefix + row.queue;
    const dead = prefix + row.dead;
    const work = quorumQueue(name, exchanges.work, `${name}.#`, {
      ...deadLetterTo(exchanges.dead, dead),
      'x-delivery-limit': DELIVERY_LIMIT,
    });
    // The delay is part of the name: a changed setting makes new queues, and the old ones drain by themselves.
    const retries = retryDelaysMs.map((delayMs) => {
      const retry = `${name}.retry.${delayMs}ms`;
      const back = deadLetterTo(exchanges.work, name);
      return quorumQueue(retry, exchanges.retry, retry, { ...back, 'x-message-ttl': delayMs });
    });
    const deadQueue = quorumQueue(dead, exchanges.dead, dead, { 'x-delivery-limit': DEAD_DELIVERY_LIMIT });
    return [row.queue, { row, work, retries, dead: deadQueue }];
  });
  return { exchanges, places: new Map(places) };
}

function quorumQueue(
  queue: string,
  exchange: string,
  bindingKey: string,
  extra: Readonly<Record<string, string | number>>,
): DeclaredQueue {
  return { queue, durable: true, arguments: { 'x-queue-type': 'quorum', ...extra }, exchange, bindingKey };
}

/** `at-least-once` makes the broker confirm the move between its own queues; it demands `reject-publish`. */
function deadLetterTo(exchange: string, routingKey: string): Record<string, string> {
  return {
    'x-dead-letter-exchange': exchange,
    'x-dead-letter-routing-key': routingKey,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}
