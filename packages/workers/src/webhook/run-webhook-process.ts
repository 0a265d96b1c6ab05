import { openMigratedDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment, settingsOrExit } from '@freeway/runtime';
import { serveOperations } from '../serve-operations.ts';
import { startWebhookProcess } from './start-webhook-worker.ts';

/** The webhook worker as a process of its own. Resolves once it consumes; the process ends by signal or fault. */
export async function runWebhookProcess(env: Environment = process.env): Promise<void> {
  const settings = settingsOrExit('worker', env);
  const logger = createLogger({ process: 'webhook-worker', level: settings.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const databaseUrl = await openMigratedDatabase({ settings, logger, lifecycle });
    const { health, metrics } = await startWebhookProcess({ settings, databaseUrl, logger, lifecycle });
    await serveOperations({ settings, health, metrics, logger, lifecycle });
  });
}
