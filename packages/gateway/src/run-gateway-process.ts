import { createLifecycle, createLogger, type Environment, settingsOrExit } from '@freeway/runtime';
import { startGateway } from './gateway.ts';
import { openMigratedDatabase } from './open-migrated-database.ts';

/** The gateway as a process of its own. Resolves once it answers; the process ends by signal or fault. */
export async function runGatewayProcess(env: Environment = process.env): Promise<void> {
  const settings = settingsOrExit('gateway', env);
  const logger = createLogger({ process: 'gateway', level: settings.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const databaseUrl = await openMigratedDatabase({ settings, logger, lifecycle });
    await startGateway({ settings, databaseUrl, logger, lifecycle });
  });
}
