import type { FactCache } from '@freeway/core';
import { applyTransitions, BY_KEY_SESSION, type ChangedFact } from '@freeway/postgres';
import { createRedis } from '@freeway/redis';
import { createMetrics, type Health, type Metrics } from '@freeway/runtime';
import type { WorkerParts, WorkerStores } from '../jit-funding/start-jit-funding-worker.ts';
import { openArchive } from '../stores/open-archive.ts';
import { openPool } from '../stores/open-pool.ts';
import { openQueues } from '../stores/open-queues.ts';
import { watchStores } from '../stores/watch-stores.ts';
import { startWebhookWorker } from './webhook-worker.ts';

export interface WebhookProcess extends WorkerStores {
  readonly health: Health;
  readonly metrics: Metrics;
}

/** The webhook worker with its stores, its consumer and its stop, in whichever process. */
export async function startWebhookProcess(parts: WorkerParts): Promise<WebhookProcess> {
  const { settings, databaseUrl, logger, lifecycle, metrics = createMetrics({ process: 'webhook-worker' }) } = parts;
  const common = { databaseUrl, logger, metrics, lifecycle };
  // The ack is a later commit of the same log where queues and archive are in the same database, so that it is never on disk
  // before what it acks.
  const inOneDatabase = settings.RABBITMQ_URL === undefined && settings.MONGODB_URI === undefined;
  const postgres = openPool({
    settings,
    durable: inOneDatabase ? 'in_order' : 'at_once',
    session: BY_KEY_SESSION,
    ...common,
  });
  const queues = await openQueues({ settings, ...common });
  const archive = await openArchive({ settings, postgres, metrics, lifecycle });
  const redis = openFactCache(parts);
  const consumer = await startWebhookWorker({
    queues,
    archive,
    async applyTransitions(transitions) {
      const { outcomes, changed } = await applyTransitions(postgres, transitions);
      await invalidate(redis?.facts, changed);
      return outcomes;
    },
    archived: settings.WEBHOOK_ARCHIVE,
    // While one batch is handled, the next one comes in.
    prefetch: 2 * settings.RECORD_BATCH_MAX,
    batchMax: settings.RECORD_BATCH_MAX,
    logger,
    metrics,
    now: () => Date.now(),
  });
  lifecycle.onStop('webhook consumer', () => consumer.stop());
  logger.info('consuming webhook-queue');
  const health = watchStores({ settings, lifecycle, postgres, queues, archive, redis });
  return { queues, archive, health, metrics };
}

function openFactCache({ settings, logger, lifecycle }: WorkerParts) {
  if (settings.REDIS_URL === undefined) return undefined;
  const redis = createRedis({
    url: settings.REDIS_URL,
    ttlMs: {
      owner: settings.FACT_TTL_OWNER_MS,
      card: settings.FACT_TTL_CARD_MS,
      chain: settings.FACT_TTL_CHAIN_MS,
    },
    timeoutMs: settings.REDIS_TIMEOUT_MS,
    onStatus: (status) =>
      status.state === 'up' ? logger.info('redis is up') : logger.warn({ detail: status.detail }, 'redis is down'),
  });
  lifecycle.onStop('redis', () => redis.close());
  return redis;
}

/** Correct without it, since versions make caches hints: it spares the next authorization a second look-up. */
async function invalidate(cache: FactCache | undefined, changed: readonly ChangedFact[]): Promise<void> {
  if (cache === undefined) return;
  for (const [kind, facts] of Map.groupBy(changed, (fact) => fact.kind))
    await cache.invalidate(
      kind,
      facts.map(({ key }) => key),
    );
}
