import postgres from 'postgres';

/** A gigabyte of them, which is what the embedded server keeps. */
const LOG_FILES = 64;

/**
 * After it was filled, so that what a load meets is not the tidying up of what came before. Empty tables are left alone: what
 * the planner knows of them is what it assumes of any table, and not that they stay empty.
 * The files of the write-ahead log are as on a server that has run for a while: old ones that are used anew. Of a new one
 * 16 MB are written before it is used, and whoever commits waits for that.
 */
export async function settleDatabase(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const filled = await sql<{ schema: string; name: string }[]>`
      select schemaname as schema, relname as name from pg_stat_user_tables where pg_relation_size(relid) > 0 order by 1, 2`;
    for (const { schema, name } of filled) await sql`vacuum (analyze) ${sql(`${schema}.${name}`)}`;
    for (let file = 0; file < LOG_FILES; file++)
      await sql`select pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()`;
    await sql`checkpoint`;
  } finally {
    await sql.end();
  }
}
