import type { Archive, Queues, ServiceHealth } from '@freeway/core';
import type { Postgres } from '@freeway/postgres';
import { createHealth, type Health, type Lifecycle } from '@freeway/runtime';

export interface WatchedStores {
  readonly settings: { readonly RABBITMQ_URL: string | undefined; readonly MONGODB_URI?: string | undefined };
  readonly lifecycle: Lifecycle;
  readonly postgres: Postgres;
  readonly queues: Queues;
  readonly archive?: Archive;
  readonly redis?: { health(): Promise<ServiceHealth> } | undefined;
}

/**
 * The health of a process by its stores. Without database or queues it has nothing to do; without an archive its
 * messages wait and authorizations are still answered; without Redis it is only slower.
 */
export function watchStores({ settings, lifecycle, postgres, queues, archive, redis }: WatchedStores): Health {
  const health = createHealth({ serving: () => lifecycle.state() === 'running' });
  health.add('postgres', { required: true }, async () => {
    await postgres.query('health', (sql) => sql`select 1`);
    return { state: 'up', detail: 'the ledger answers' };
  });
  const queuesIn = settings.RABBITMQ_URL === undefined ? 'queues in postgresql' : 'rabbitmq';
  health.add('queues', { required: true }, async () => ({ detail: queuesIn, ...(await queues.health()) }));
  if (archive !== undefined) {
    const archiveIn = settings.MONGODB_URI === undefined ? 'archive in postgresql' : 'mongodb';
    health.add('archive', { required: false }, async () => ({ detail: archiveIn, ...(await archive.health()) }));
  }
  if (redis !== undefined) health.add('redis', { required: false }, () => redis.health());
  return health;
}
