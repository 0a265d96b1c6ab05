import { Fault, type Publisher } from '@freeway/core';
import type { StoredWebhook } from '@freeway/postgres';
import type { Breaker } from './breaker.ts';

export interface PublishOptions {
  readonly publisher: Publisher;
  readonly breaker: Breaker;
  readonly onPublished: (tookMs: number) => void;
}

/**
 * One message for each webhook, its body as it came. Resolves once the queue holds them durably; rejects when it does not
 * say so in time, and then they may be there all the same: whoever publishes them again does it under the same ids.
 */
export type PublishWebhooks = (webhooks: readonly StoredWebhook[], withinMs: number) => Promise<void>;

export function createPublishWebhooks({ publisher, breaker, onPublished }: PublishOptions): PublishWebhooks {
  return async (webhooks, withinMs) => {
    const startedMs = performance.now();
    const messages = webhooks.map(({ id, body }) => ({ id, type: 'webhook_received', body }));
    try {
      await inTime(publisher.publish('webhook-queue', messages), withinMs);
    } catch (error) {
      breaker.open(error);
      throw error;
    }
    breaker.close();
    onPublished(performance.now() - startedMs);
  };
}

async function inTime(publishing: Promise<void>, limitMs: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Fault('outcome_unknown', `the queue did not confirm within ${Math.round(limitMs)} ms`)),
    limitMs,
  );
  try {
    await Promise.race([publishing, late]);
  } finally {
    clearTimeout(timer);
  }
}
