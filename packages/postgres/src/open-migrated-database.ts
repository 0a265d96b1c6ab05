import { connectPostgres } from './connect.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { openDatabase } from './open-database.ts';

export interface MigratedDatabaseParts {
  readonly settings: { readonly DATABASE_URL: string | undefined; readonly DATA_FOLDER: string };
  readonly logger: { info(line: string): void };
  readonly lifecycle: { onStop(name: string, stop: () => Promise<void>): void };
}

/**
 * Where the ledger is, for a process of its own: the database that the settings name, else the embedded one. An
 * embedded one is ours and migrated here; a given one never, because which version of the code may change its schema is
 * the operator's word.
 * @throws Error that says what to do when the database lacks migrations
 */
export async function openMigratedDatabase({ settings, logger, lifecycle }: MigratedDatabaseParts): Promise<string> {
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    dataFolder: settings.DATA_FOLDER,
    log: (line) => logger.info(line),
  });
  lifecycle.onStop('database', () => database.stop());
  const postgres = connectPostgres({ url: database.url, poolMax: 1, statementTimeoutMs: 10_000 });
  try {
    if (database.kind !== 'given') {
      await migrate(postgres);
      return database.url;
    }
    const pending = await pendingMigrations(postgres);
    if (pending.length === 0) return database.url;
    throw new Error(`the database lacks migrations (${pending.join(', ')}): run \`freeway migrate\` first`);
  } finally {
    await postgres.close();
  }
}
