import { openMigratedDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment, settingsOrExit } from '@freeway/runtime';
import { startIntake } from './intake.ts';

/** The intake as a process of its own. Resolves once it answers; the process ends by signal or fault. */
export async function runIntakeProcess(env: Environment = process.env): Promise<void> {
  const settings = settingsOrExit('intake', env);
  const logger = createLogger({ process: 'intake', level: settings.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const databaseUrl = await openMigratedDatabase({ settings, logger, lifecycle });
    await startIntake({ settings, databaseUrl, logger, lifecycle });
  });
}
