import { forwardStoredWebhooks, type Postgres, type StoredWebhook } from '@freeway/postgres';
import { backoffMs, createRateLimitedLog, type Logger } from '@freeway/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Breaker } from './breaker.ts';

export interface ForwarderOptions {
  readonly postgres: Postgres;
  readonly publish: (webhooks: readonly StoredWebhook[]) => Promise<void>;
  readonly isQueueUp: () => Promise<boolean>;
  readonly breaker: Breaker;
  readonly onForwarded: (count: number) => void;
  readonly logger: Logger;
}

export interface Forwarder {
  /** Finishes the batch in hand, then stops. */
  stop(): Promise<void>;
}

const BATCH_MAX = 100;

/** Webhooks of an intake that has died, or of another one, are found this soon. */
const IDLE_POLL_MS = 1000;

/**
 * Publishes stored webhooks, oldest first, and finds out when the queue is back: requests never try one that is away.
 * Several may run at once, each over rows that no other has in hand.
 */
export function startForwarder(options: ForwarderOptions): Forwarder {
  const { postgres, publish, isQueueUp, breaker, onForwarded, logger } = options;
  const stopping = new AbortController();
  const log = createRateLimitedLog(logger, performance.now.bind(performance));

  async function attempt(): Promise<'more' | 'idle' | 'failed'> {
    const isProbing = breaker.isOpen();
    if (isProbing && !(await isQueueUp())) return 'failed';
    let wasTried = false;
    try {
      const count = await forwardStoredWebhooks(postgres, BATCH_MAX, (webhooks) => {
        wasTried = true;
        return publish(webhooks);
      });
      onForwarded(count);
      return count === BATCH_MAX ? 'more' : 'idle';
    } catch (error) {
      log('forward', 5000, 'warn', { err: error }, 'stored webhooks could not be forwarded; they stay stored');
      return 'failed';
    } finally {
      // There was nothing to try it with: its own word must do.
      if (isProbing && !wasTried) breaker.close();
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const outcome = await attempt();
      failures = outcome === 'failed' ? failures + 1 : 0;
      if (outcome === 'more') continue;
      const waitMs = failures === 0 ? IDLE_POLL_MS : backoffMs(failures, { firstMs: 200, maxMs: 5000 });
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
