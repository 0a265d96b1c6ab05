import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../packages/postgres/src/embedded-postgres.ts';
import { debianPostgresFolder } from './executables.ts';
import type { ServerRun } from './server-run.ts';

/** A PostgreSQL of our own: Debian's server where there is one, else that of the npm package. */
export async function startPostgres(run: ServerRun): Promise<string> {
  const binFolder = debianPostgresFolder();
  const dataFolder = join(run.folder, 'postgres');
  const server = await startEmbeddedPostgres({ dataFolder, ...(binFolder === undefined ? {} : { binFolder }) });
  // An immediate shutdown: the server removes its shared memory, which a kill would leave behind.
  run.add('postgres', server.pid, 'SIGQUIT');
  return server.url;
}
