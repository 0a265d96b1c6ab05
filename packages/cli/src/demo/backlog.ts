import { outboxBacklog, type Postgres, storedWebhookBacklog } from '@freeway/postgres';
import type { WorkerStores } from '@freeway/workers';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is still on its way: from the ledger to the archive, and from the webhook to the ledger. */
export interface Backlog {
  /** Rows not published. */
  readonly outbox: number;
  /** Messages waiting or in hand. */
  readonly queued: number;
  /** Webhooks kept in PostgreSQL until the broker takes them. */
  readonly stored: number;
  readonly dead: number;
  /** Whether queues and archive answered. */
  readonly servicesUp: boolean;
}

/** How long the end waits for the relay and the workers to be done; less when what they need is dead. */
const DRAIN_MS = 20_000;
const DRAIN_WITHOUT_SERVICES_MS = 2_000;

export async function readBacklog(postgres: Postgres, { queues, archive }: WorkerStores): Promise<Backlog> {
  const [statistics, ...health] = await Promise.all([
    queues.statistics().catch(() => []),
    queues.health(),
    archive.health(),
  ]);
  return {
    outbox: await outboxBacklog(postgres, 'jit-funding'),
    queued: statistics.reduce((sum, each) => sum + each.ready + each.inFlight, 0),
    stored: await storedWebhookBacklog(postgres),
    dead: statistics.reduce((sum, each) => sum + each.dead, 0),
    servicesUp: health.every(({ state }) => state === 'up'),
  };
}

/**
 * Waits until the relay has published everything, the workers have handled it, and nothing is `awaited` any more: a broker
 * does not count what another consumer has in hand.
 */
export async function drain(
  postgres: Postgres,
  stores: WorkerStores,
  awaited: () => Promise<number> = () => Promise.resolve(0),
): Promise<Backlog> {
  const startedMs = performance.now();
  for (;;) {
    const backlog = await readBacklog(postgres, stores);
    const left = backlog.outbox + backlog.queued + backlog.stored + (await awaited());
    const patienceMs = backlog.servicesUp ? DRAIN_MS : DRAIN_WITHOUT_SERVICES_MS;
    if (left === 0 || performance.now() - startedMs > patienceMs) return backlog;
    await sleep(100);
  }
}
