import {
  connectPostgres,
  migrate,
  openDatabase,
  type OpenDatabase,
  pendingMigrations,
  type Postgres,
} from '@freeway/postgres';
import { type Settings, settingsOrExit } from '@freeway/runtime';
import { EXIT } from './exit-code.ts';
import { say } from './output.ts';

/** Migrates an embedded database; says what is missing in any other, or undefined when nothing is. */
export async function ensureMigrated(
  postgres: Postgres,
  { kind }: { readonly kind: OpenDatabase['kind'] },
): Promise<string | undefined> {
  if (kind !== 'given') {
    await migrate(postgres);
    return undefined;
  }
  const pending = await pendingMigrations(postgres);
  if (pending.length === 0) return undefined;
  return `the database lacks ${pending.length} migration${pending.length === 1 ? '' : 's'}: run freeway migrate`;
}

export interface CommandDatabase {
  readonly postgres: Postgres;
  readonly settings: Settings<'cli'>;
  readonly databaseUrl: string;
}

/** Runs a command on the database and closes what it opened. `migrated: false` is for the command that migrates. */
export async function withDatabase(
  run: (database: CommandDatabase) => Promise<number>,
  options: { readonly migrated?: boolean } = {},
): Promise<number> {
  const settings = settingsOrExit('cli');
  const database = await openDatabase({ url: settings.DATABASE_URL, dataFolder: settings.DATA_FOLDER, log: say });
  const postgres = connectPostgres({
    url: database.url,
    poolMax: settings.POSTGRES_POOL_MAX,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    applicationName: 'freeway-cli',
  });
  try {
    const missing = options.migrated === false ? undefined : await ensureMigrated(postgres, database);
    if (missing === undefined) return await run({ postgres, settings, databaseUrl: database.url });
    say(`freeway: ${missing}`);
    return EXIT.refused;
  } finally {
    await postgres.close();
    await database.stop();
  }
}
