import type { DeadLetters } from '@freeway/core';
import type { Postgres } from '@freeway/postgres';
import { settingsOrExit, type Settings } from '@freeway/runtime';
import { withDatabase } from '../../database.ts';

/** Runs a command that looks at dead letters. The database is opened only where the queues are in it. */
export function withDeadLetters(run: (deadLetters: DeadLetters) => Promise<number>): Promise<number> {
  const settings = settingsOrExit('cli');
  if (settings.RABBITMQ_URL !== undefined) return withQueues({ settings, databaseUrl: '' }, run);
  return withDatabase((database) => withQueues(database, run));
}

/** Runs a command that changes something about them, with the database for its audit. */
export function withAuditedDeadLetters(
  run: (deadLetters: DeadLetters, postgres: Postgres) => Promise<number>,
): Promise<number> {
  return withDatabase((database) => withQueues(database, (deadLetters) => run(deadLetters, database.postgres)));
}

async function withQueues(
  { settings, databaseUrl }: { readonly settings: Settings<'cli'>; readonly databaseUrl: string },
  run: (deadLetters: DeadLetters) => Promise<number>,
): Promise<number> {
  // Loaded only where it runs: it brings every store with it.
  const { createQueues } = await import('@freeway/workers');
  const queues = await createQueues(settings, { databaseUrl });
  try {
    return await run(queues.deadLetters);
  } finally {
    await queues.close();
  }
}
