// A gateway as a process of its own, for tests: settings from the environment, its address as the first line of stdout.
import { createLifecycle, createLogger, settingsOrExit } from '@freeway/runtime';
import { startGateway } from '../src/index.ts';

const settings = settingsOrExit('gateway');
const logger = createLogger({ process: 'gateway', level: settings.LOG_LEVEL, destination: process.stderr });
const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
await lifecycle.run(async () => {
  const databaseUrl = settings.DATABASE_URL ?? '';
  const gateway = await startGateway({ settings, databaseUrl, logger, lifecycle });
  process.stdout.write(`${gateway.url}\n`);
});
