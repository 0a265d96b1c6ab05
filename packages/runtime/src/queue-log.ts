import type { Logger } from './logger.ts';
import { createRateLimitedLog } from './rate-limited-log.ts';

/** What queues of either kind report. Never carries a body. */
interface QueueEvent {
  readonly event: string;
  readonly queue?: string;
  readonly messageId?: string;
  readonly attempt?: number;
  readonly detail?: string;
}

/**
 * Writes what happens to queues: every dead letter has its line; of what comes by the thousand when a store is away, one
 * a second.
 */
export function createQueueLog(logger: Logger): (event: QueueEvent) => void {
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  return ({ event, detail, queue, messageId, attempt }) => {
    const fields = { queue, message_id: messageId, attempt, detail };
    const message = `queues: ${event.replaceAll('_', ' ')}`;
    if (event === 'connected') logger.info(fields, message);
    else if (event === 'message_dead') logger.error(fields, message);
    else log(`${event} ${queue ?? ''}`, 1000, event === 'error' ? 'error' : 'warn', fields, message);
  };
}
