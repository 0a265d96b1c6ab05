import { statfs } from 'node:fs/promises';
import postgres from 'postgres';

/** statfs(2): files that are in memory only. */
const TMPFS = 0x01021994;

/** The server's version, and what decides whether a commit is durable. Its files are in `folder`. */
export async function describePostgres(databaseUrl: string, folder: string): Promise<string> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const settings = await sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings
        where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes') order by name`;
    const valueOf = (wanted: string): string => settings.find(({ name }) => name === wanted)?.setting ?? 'unknown';
    const others = settings.filter(({ name }) => name !== 'server_version');
    const { type } = await statfs(folder);
    return [
      `PostgreSQL ${valueOf('server_version')}`,
      ...others.map(({ name, setting }) => `${name} ${setting}`),
      ...(type === TMPFS ? ['in memory: NOT durable'] : []),
    ].join(', ');
  } finally {
    await sql.end();
  }
}
