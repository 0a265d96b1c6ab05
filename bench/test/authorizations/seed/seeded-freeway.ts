import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { createFreeway, type Freeway } from '../../../src/freeway.ts';
import { openTestDatabase } from '../references/open-test-database.ts';

export const CREDENTIALS = { username: 'bench', password: 'Bench-only-password-1' };

/** Freeway with a migrated database of its own on the server that the tests have. */
export interface TestFreeway {
  readonly freeway: Freeway;
  readonly folder: string;
  readonly databaseUrl: string;
  readonly sql: postgres.Sql;
  close(): Promise<void>;
}

export async function openTestFreeway(serverUrl: string, signal: AbortSignal): Promise<TestFreeway> {
  const database = await openTestDatabase(serverUrl);
  const folder = await mkdtemp(join(tmpdir(), 'freeway-bench-test-'));
  await chmod(folder, 0o711);
  const freeway = createFreeway(folder, {
    DATABASE_URL: database.url,
    JIT_BASIC_AUTH_USERNAME: CREDENTIALS.username,
    JIT_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
  });
  const sql = postgres(database.url, { max: 1 });
  await freeway.run(['migrate'], signal);
  return {
    freeway,
    folder,
    databaseUrl: database.url,
    sql,
    async close() {
      await freeway.stopAll();
      await sql.end();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
