import { connectPostgres, openDatabase } from '@freeway/postgres';
import {
  createLifecycle,
  createLogger,
  type Lifecycle,
  type Logger,
  type ProcessName,
  type Settings,
  settingsOrExit,
} from '@freeway/runtime';
import { ensureMigrated } from './database.ts';

export interface ProcessParts<P extends ProcessName> {
  readonly settings: Settings<P>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

type Common = Settings<'gateway'> | Settings<'relay'> | Settings<'worker'>;

/** Runs one long-lived process until it is told to stop: settings, log, lifecycle, database, and then its own start. */
export async function runProcess<P extends 'gateway' | 'relay' | 'worker'>(
  kind: P,
  name: string,
  start: (parts: ProcessParts<P>) => Promise<unknown>,
): Promise<number> {
  const settings = settingsOrExit(kind);
  const common = settings as unknown as Common;
  const logger = createLogger({ process: name, level: common.LOG_LEVEL });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: common.STOP_TIMEOUT_MS });
  await lifecycle.run(async () => {
    const { DATABASE_URL: url, DATA_FOLDER: dataFolder } = common;
    const database = await openDatabase({ url, dataFolder, log: (line) => logger.info(line) });
    lifecycle.onStop('database', () => database.stop());
    const postgres = connectPostgres({
      url: database.url,
      poolMax: 1,
      statementTimeoutMs: common.STATEMENT_TIMEOUT_MS,
    });
    const missing = await ensureMigrated(postgres, database).finally(() => postgres.close());
    if (missing !== undefined) throw new Error(missing);
    await start({ settings, databaseUrl: database.url, logger, lifecycle });
  });
  return 0;
}
