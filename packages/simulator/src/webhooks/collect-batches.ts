import type { Notification } from './webhook-sender.ts';

/** Notifications of one category that travel together. */
export interface Batches {
  add(notification: Notification): void;
  /** Forgets what waits; returns how many that were. */
  clear(): number;
}

/** Hands on up to `max` of a category at once, none later than `lingerMs` after it came. */
export function collectBatches(
  { max, lingerMs }: { readonly max: number; readonly lingerMs: number },
  hand: (category: string, batch: readonly Notification[]) => void,
): Batches {
  const waiting = new Map<string, Notification[]>();
  let lingering: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(lingering);
    lingering = undefined;
    for (const [category, queue] of waiting) while (queue.length > 0) hand(category, queue.splice(0, max));
  }

  return {
    add(notification) {
      const queue = waiting.get(notification.category) ?? [];
      waiting.set(notification.category, queue);
      queue.push(notification);
      if (queue.length >= max) flush();
      else lingering ??= setTimeout(flush, lingerMs);
    },
    clear() {
      clearTimeout(lingering);
      return [...waiting.values()].reduce((sum, queue) => sum + queue.splice(0).length, 0);
    },
  };
}
