import { openMigratedDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment, settingsOrExit } from '@freeway/runtime';
import { serveOperations } from '../serve-operations.ts';
import { startSweeperProcess } from './start-sweeper.ts';

/** The sweeper as a process of its own. Resolves once it runs; the process ends by signal or fault. */
export async function runSweeperProcess(env: Environment = process.env): Promise<void> {
  const settings = settingsOrExit('sweeper', env);
  const logger = createLogger({ process: 'sweeper', level: settings.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const databaseUrl = await openMigratedDatabase({ settings, logger, lifecycle });
    const { health, metrics } = await startSweeperProcess({ settings, databaseUrl, logger, lifecycle });
    await serveOperations({ settings, health, metrics, logger, lifecycle });
  });
}
