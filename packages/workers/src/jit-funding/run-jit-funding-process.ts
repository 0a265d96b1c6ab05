import { openMigratedDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment, settingsOrExit } from '@freeway/runtime';
import { serveOperations } from '../serve-operations.ts';
import { startJitFundingProcess } from './start-jit-funding-worker.ts';

/** The jit-funding worker as a process of its own. Resolves once it consumes; the process ends by signal or fault. */
export async function runJitFundingProcess(env: Environment = process.env): Promise<void> {
  const settings = settingsOrExit('worker', env);
  const logger = createLogger({ process: 'jit-funding-worker', level: settings.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const databaseUrl = await openMigratedDatabase({ settings, logger, lifecycle });
    const worker = await startJitFundingProcess({ settings, databaseUrl, logger, lifecycle });
    const { health, metrics, profiler } = worker;
    await serveOperations({ settings, health, metrics, profiler, logger, lifecycle });
  });
}
