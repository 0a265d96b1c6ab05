import { QUEUES, type QueueName } from '@freeway/core';

/** Where pg-boss keeps its tables. */
export const QUEUE_SCHEMA = 'queue';

/** pg-boss deletes what waits longer than this. Nothing of ours may vanish by age, so: ten years. */
const RETENTION_S = 10 * 365 * 86_400;

/** A message whose holder has not been heard of for this long is delivered again. */
const HEARTBEAT_S = 20;

/** How often the holder says that it is alive. */
export const TOUCH_EVERY_MS = 5_000;

/** Even a living holder has a message no longer than this. */
const HOLD_AT_MOST_S = 3_600;

/** A message whose handler takes the process down with it goes to the dead letters after this many deliveries. */
const DELIVERY_LIMIT = 20;

/** pg-boss's settings of a queue we consume. Its own retries only serve holders that died; handlers that fail have ours. */
export function workQueueOptions(deadLetter: string) {
  return {
    deadLetter,
    retentionSeconds: RETENTION_S,
    heartbeatSeconds: HEARTBEAT_S,
    expireInSeconds: HOLD_AT_MOST_S,
    retryLimit: DELIVERY_LIMIT,
    retryDelay: 0,
  };
}

export const DEAD_QUEUE_OPTIONS = { retentionSeconds: RETENTION_S };

/** Answers nobody fetched within the hour are of no use. */
export const REPLY_QUEUE_OPTIONS = { retentionSeconds: 3_600 };

/** For callers whose types do not hold: the name as it is, or an error that says it. */
export function knownQueue(queue: QueueName): QueueName {
  if (!QUEUES.includes(queue)) throw new TypeError(`there is no queue named ${String(queue)}`);
  return queue;
}
