import { connectPostgres, migrate, openDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment } from '@freeway/runtime';
import { EXIT } from '../exit-code.ts';
import { say } from '../output.ts';
import { developerEnvironment } from './developer-environment.ts';
import { readAllSettings } from './read-all-settings.ts';
import { startAll } from './start-all.ts';

/** Everything in one process until Ctrl-C, over whichever stores are configured; migrates by itself. */
export async function runDev(env: Environment): Promise<number> {
  const read = readAllSettings(await developerEnvironment(env));
  if (!read.ok) {
    for (const fault of read.faults) say(fault);
    return EXIT.usage;
  }
  const { gateway, intake } = read.settings;
  const logger = createLogger({ process: 'dev', level: gateway.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: gateway.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const { DATABASE_URL: url, DATA_FOLDER: dataFolder } = gateway;
    const database = await openDatabase({ url, dataFolder, log: (line) => logger.info(line) });
    lifecycle.onStop('database', () => database.stop());
    const postgres = connectPostgres({ url: database.url, poolMax: 1, statementTimeoutMs: 60_000 });
    await migrate(postgres).finally(() => postgres.close());
    const everything = await startAll({ settings: read.settings, databaseUrl: database.url, logger, lifecycle });
    say(`gateway ${everything.gateway.url}/v1/jit, user ${gateway.JIT_BASIC_AUTH_USERNAME}`);
    say(`intake  ${everything.intake.url}/v1/webhooks/marqeta, user ${intake.WEBHOOK_BASIC_AUTH_USERNAME}`);
    say('Ctrl-C stops everything');
  });
  return EXIT.ok;
}
