import { outboxBacklog, type Postgres, storedWebhookBacklog } from '@freeway/postgres';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayedFreeway } from './played-freeway.ts';

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

type Stores = Pick<PlayedFreeway, 'queues' | 'archive' | 'mayDie'>;

/** How long the end waits for the relay and the workers to be done. */
const DRAIN_MS = 20_000;
/** The same when what they need is dead. */
const DRAIN_WITHOUT_SERVICES_MS = 2_000;
/** The same where one may have died with messages in hand: queues in PostgreSQL notice that within half a minute. */
const DRAIN_AFTER_DEATHS_MS = 90_000;

export async function readBacklog(
  postgres: Postgres,
  { queues, archive }: Pick<Stores, 'queues' | 'archive'>,
): Promise<Backlog> {
  const [statistics, ...health] = await Promise.all([
    queues.statistics().catch(() => []),
    queues.health(),
    archive?.health() ?? { state: 'up' as const },
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
  stores: Stores,
  awaited: () => Promise<number> = () => Promise.resolve(0),
): Promise<Backlog> {
  const startedMs = performance.now();
  for (;;) {
    const backlog = await readBacklog(postgres, stores);
    const left = backlog.outbox + backlog.queued + backlog.stored + (await awaited());
    const mostMs = stores.mayDie ? DRAIN_AFTER_DEATHS_MS : DRAIN_MS;
    const patienceMs = backlog.servicesUp ? mostMs : DRAIN_WITHOUT_SERVICES_MS;
    if (left === 0 || performance.now() - startedMs > patienceMs) return backlog;
    await sleep(100);
  }
}
