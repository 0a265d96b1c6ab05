import type { Archive, Consumer, Queues } from '@freeway/core';
import type { Transition } from '@freeway/marqeta';
import type { TransitionOutcome } from '@freeway/postgres';
import { createBatches, type Logger, type Metrics } from '@freeway/runtime';
import { type ElementWork, readWebhook } from './read-webhook.ts';

export interface WebhookWorkerOptions {
  readonly queues: Queues;
  readonly archive: Archive;
  /** Applies changes of state at the platform; tells caches of what changed. Outcomes in their order. */
  readonly applyTransitions: (transitions: readonly Transition[]) => Promise<readonly TransitionOutcome[]>;
  /** How elements are archived (decision 22). */
  readonly archived: 'raw' | 'masked';
  readonly prefetch: number;
  /** Webhooks handled together at most. */
  readonly batchMax: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Consumes `webhook-queue`: takes each webhook apart, passes records on to `transaction-processing-queue`, applies changes of
 * state, and archives every element as it came. An element is archived last: one that is in the archive has had its effect,
 * and is dropped; one that is not is done again, which does no harm.
 */
export async function startWebhookWorker(options: WebhookWorkerOptions): Promise<Consumer> {
  const { queues, archive, metrics, logger, now } = options;
  const elements = metrics.counters('freeway_webhook_elements_total', 'Elements of webhooks.', 'status', [
    'handled',
    'duplicate',
  ]);
  const transitions = metrics.counters('freeway_transitions_total', 'Changes of state at the platform.', 'outcome', [
    'applied',
    'older',
    'unknown',
  ]);

  async function handleAll(works: readonly ElementWork[]): Promise<void> {
    const known = await archive.known('messages', [...new Set(works.map(({ key }) => key))]);
    const fresh = [...new Map(works.map((work) => [work.key, work])).values()].filter(({ key }) => !known.has(key));
    elements.duplicate.inc(works.length - fresh.length);
    if (fresh.length === 0) return;
    await queues.publish(
      'transaction-processing-queue',
      fresh.flatMap(({ message }) => message ?? []),
    );
    const changes = fresh.flatMap(({ transition }) => transition ?? []);
    const outcomes = await options.applyTransitions(changes);
    outcomes.forEach((outcome, index) => {
      transitions[outcome].inc();
      const { subject, token } = changes[index] ?? {};
      if (outcome === 'unknown') logger.warn({ subject, token }, 'the platform changed the state of somebody unknown');
    });
    await archive.insert(
      'messages',
      fresh.map(({ document }) => document),
    );
    elements.handled.inc(fresh.length);
  }

  const handleWebhook = createBatches<readonly ElementWork[]>({
    batchMax: options.batchMax,
    failure: 'alone',
    run: (webhooks) => handleAll(webhooks.flat()),
  });
  return queues.consume('webhook-queue', { prefetch: options.prefetch }, async (delivery) =>
    handleWebhook(readWebhook(delivery, { receivedAtMs: now(), archived: options.archived })),
  );
}
