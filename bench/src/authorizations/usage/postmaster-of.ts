import { existsSync, readFileSync } from 'node:fs';
import postgres from 'postgres';
import { parseStat } from '../../process-usage.ts';

/** The process of which all backends of a database server on this machine are children; undefined when it runs elsewhere. */
export async function postmasterOf(databaseUrl: string): Promise<number | undefined> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const file = `/proc/${row?.pid}/stat`;
    if (!existsSync(file)) return undefined;
    const stat = readFileSync(file, 'utf8');
    // Another machine's number may be that of any process here.
    return /^\d+ \(postgres/.test(stat) ? parseStat(stat).parent : undefined;
  } finally {
    await sql.end();
  }
}
