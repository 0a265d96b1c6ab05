import { openMigratedDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment, settingsOrExit } from '@freeway/runtime';
import { setFlagsFromString } from 'node:v8';
import { startGateway } from './gateway.ts';

// Set here, so that they do not depend on how the process was started.
const V8_FLAGS = [
  // V8 lets the heap of a busy process grow to more than twice what lives in it before it collects: with requests that die
  // within milliseconds that is memory for nothing.
  '--heap-growing-percent=40',
  // Whatever often outlives one collection of the young, V8 soon allocates among the old. Under load that is each request
  // that waits for its commit, and the old are collected while nobody else gets a processor.
  '--no-allocation-site-pretenuring',
];

/** The gateway as a process of its own. Resolves once it answers; the process ends by signal or fault. */
export async function runGatewayProcess(env: Environment = process.env): Promise<void> {
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  const settings = settingsOrExit('gateway', env);
  const logger = createLogger({ process: 'gateway', level: settings.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const databaseUrl = await openMigratedDatabase({ settings, logger, lifecycle });
    await startGateway({ settings, databaseUrl, logger, lifecycle });
  });
}
