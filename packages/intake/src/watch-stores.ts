import type { Queues } from '@freeway/core';
import type { Postgres } from '@freeway/postgres';
import { type CheckResult, createHealth, type Health, type Lifecycle } from '@freeway/runtime';

export interface WatchedStores {
  readonly settings: { readonly RABBITMQ_URL: string | undefined };
  readonly lifecycle: Lifecycle;
  readonly postgres: Postgres;
  readonly queues: Queues;
}

/** The health of intake by its stores. Neither is required while the other one is there. */
export function watchStores({ settings, lifecycle, postgres, queues }: WatchedStores): Health {
  const health = createHealth({ serving: () => lifecycle.state() === 'running' });
  const queuesIn = settings.RABBITMQ_URL === undefined ? 'queues in postgresql' : 'rabbitmq';
  const checkPostgres = async (): Promise<CheckResult> => {
    await postgres.query('health', (sql) => sql`select 1`);
    return { state: 'up', detail: 'takes what the queue does not' };
  };
  const checkQueues = async (): Promise<CheckResult> => ({ detail: queuesIn, ...(await queues.health()) });
  health.add('postgres', { required: false }, checkPostgres);
  health.add('queues', { required: false }, checkQueues);
  health.add('keeping', { required: true }, async () => {
    await Promise.any([checkPostgres(), checkQueues().then(rejectUnlessUp)]);
    return { state: 'up', detail: 'at least one of them takes webhooks' };
  });
  return health;
}

function rejectUnlessUp({ state, detail }: CheckResult): void {
  if (state !== 'up') throw new Error(detail);
}
