import type { Logger } from '@freeway/runtime';

/** Remembers that the queue is away, so that finding out costs one webhook's time and not every one's. */
export interface Breaker {
  isOpen(): boolean;
  open(why: unknown): void;
  close(): void;
}

export function createBreaker(logger: Logger): Breaker {
  let isOpen = false;
  return {
    isOpen: () => isOpen,
    open(why) {
      if (isOpen) return;
      isOpen = true;
      logger.warn({ err: why }, 'the queue is away: webhooks are stored in PostgreSQL');
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      logger.info('the queue is back: webhooks are published again');
    },
  };
}
