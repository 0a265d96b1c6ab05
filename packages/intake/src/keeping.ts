import { Fault } from '@freeway/core';
import type { StoredWebhook } from '@freeway/postgres';
import { createBatches } from '@freeway/runtime';
import { randomUUID } from 'node:crypto';
import type { Breaker } from './breaker.ts';
import type { PublishWebhooks } from './publish-webhooks.ts';

export interface KeepOptions {
  readonly publish: PublishWebhooks;
  readonly store: (webhooks: readonly StoredWebhook[]) => Promise<void>;
  readonly breaker: Breaker;
  /** From its arrival until a webhook that no queue has confirmed is stored. */
  readonly publishTimeoutMs: number;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

/** Where a webhook is safe now: in the queue, or in PostgreSQL, from where it is forwarded. */
export type Kept = 'published' | 'stored';

export interface Keeping {
  /** Resolves once the webhook is durable. Rejects with a Fault when nothing took it: the platform must send it again. */
  keep(body: string): Promise<Kept>;
  /** Webhooks that are not yet kept. */
  inHand(): number;
}

const BATCH_MAX = 100;

/** Beyond so much in hand nothing more is taken in. */
const CHARACTERS_IN_HAND_MAX = 64 * 1024 * 1024;

interface ArrivedWebhook extends StoredWebhook {
  readonly arrivedAtMs: number;
}

/** Publishes webhooks; stores those that the queue does not take in time, or that come while it is away. */
export function createKeeping(options: KeepOptions): Keeping {
  const { publish, store, breaker, publishTimeoutMs, clock } = options;
  let inHand = 0;
  let charactersInHand = 0;

  const publishTogether = createBatches<ArrivedWebhook>({
    batchMax: BATCH_MAX,
    failure: 'shared',
    async run(batch) {
      const waitedMs = clock() - (batch[0]?.arrivedAtMs ?? 0);
      // Not a word against the queue: it is busy with those before.
      if (waitedMs >= publishTimeoutMs) throw new Fault('unavailable', 'the webhook has waited too long');
      if (breaker.isOpen()) throw new Fault('unavailable', 'the queue is away');
      await publish(batch, publishTimeoutMs - waitedMs);
    },
  });
  const storeTogether = createBatches<ArrivedWebhook>({ batchMax: BATCH_MAX, failure: 'shared', run: store });

  async function keepSomewhere(webhook: ArrivedWebhook): Promise<Kept> {
    if (!breaker.isOpen()) {
      const isPublished = await publishTogether(webhook).then(
        () => true,
        () => false,
      );
      if (isPublished) return 'published';
    }
    await storeTogether(webhook).catch((error: unknown) => {
      throw new Fault('unavailable', 'neither the queue nor PostgreSQL took the webhook', { cause: error });
    });
    return 'stored';
  }

  return {
    async keep(body) {
      if (charactersInHand + body.length > CHARACTERS_IN_HAND_MAX) {
        throw new Fault('unavailable', 'too many webhooks are in hand');
      }
      inHand += 1;
      charactersInHand += body.length;
      try {
        return await keepSomewhere({ id: randomUUID(), body, arrivedAtMs: clock() });
      } finally {
        inHand -= 1;
        charactersInHand -= body.length;
      }
    },
    inHand: () => inHand,
  };
}
