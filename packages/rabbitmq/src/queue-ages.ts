import type { QueueName } from '@freeway/core';

/**
 * How long the oldest message of a queue has waited, as far as its consumer can know: messages come in order, so what is still
 * there was published after the one that was taken last, or after the queue was seen empty.
 */
export interface QueueAges {
  /** Times are milliseconds since the epoch; `publishedAtMs` is undefined where the publisher did not say. */
  taken(queue: QueueName, publishedAtMs: number | undefined): void;
  /** At most so many milliseconds; undefined for a queue of which nothing was taken here. */
  read(queue: QueueName, isEmpty: boolean): number | undefined;
}

export function createQueueAges(now: () => number = Date.now): QueueAges {
  const notBefore = new Map<QueueName, number>();
  return {
    taken(queue, publishedAtMs = now()) {
      notBefore.set(queue, Math.max(publishedAtMs, notBefore.get(queue) ?? 0));
    },
    read(queue, isEmpty) {
      const since = notBefore.get(queue);
      if (since === undefined) return undefined;
      if (!isEmpty) return Math.max(0, now() - since);
      notBefore.set(queue, now());
      return 0;
    },
  };
}
