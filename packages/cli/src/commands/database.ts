import { connectPostgres, migrate, openDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, settingsOrExit } from '@freeway/runtime';
import type { Command } from 'commander';
import { once } from 'node:events';
import { action, EXIT } from '../exit-code.ts';
import { print, say } from '../output.ts';
import { registerDatabaseRoles } from './database-roles.ts';

export function registerDatabase(program: Command): void {
  const database = program
    .command('database')
    .description('run the embedded PostgreSQL alone, migrated, and print its URL; where it runs already, only that')
    .addHelpText('after', '\nThe other processes of the folder join it, and none of them ends it.')
    .action(action(runDatabase));
  registerDatabaseRoles(database);
}

/** Until a signal. Without it the database belongs to whichever process came first, and ends with that one. */
async function runDatabase(): Promise<number> {
  const settings = settingsOrExit('cli');
  const { DATABASE_URL, DATA_FOLDER: dataFolder, LOG_LEVEL: level, STOP_TIMEOUT_MS: stopTimeoutMs } = settings;
  if (DATABASE_URL !== undefined) {
    say('freeway: DATABASE_URL names a database: there is none of our own to run');
    return EXIT.usage;
  }
  const logger = createLogger({ process: 'database', level, destination: process.stderr });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs });
  await lifecycle.run(async () => {
    const database = await openDatabase({ url: undefined, dataFolder, log: (line) => logger.info(line) });
    lifecycle.onStop('database', () => database.stop());
    const postgres = connectPostgres({ url: database.url, poolMax: 1, statementTimeoutMs: 60_000 });
    await migrate(postgres).finally(() => postgres.close());
    print(database.url);
    if (database.kind === 'started') stayUntil(lifecycle.signal);
  });
  return EXIT.ok;
}

/** A server that runs and a signal that may come keep no process alive. */
function stayUntil(signal: AbortSignal): void {
  const staying = setInterval(() => undefined, 60_000);
  void once(signal, 'abort').then(() => clearInterval(staying));
}
