import postgres from 'postgres';

/**
 * After it was filled, so that what a load meets is not the tidying up of what came before. Empty tables are left alone: what
 * the planner knows of them is what it assumes of any table, and not that they stay empty.
 */
export async function settleDatabase(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const filled = await sql<{ schema: string; name: string }[]>`
      select schemaname as schema, relname as name from pg_stat_user_tables where pg_relation_size(relid) > 0 order by 1, 2`;
    for (const { schema, name } of filled) await sql`vacuum (analyze) ${sql(`${schema}.${name}`)}`;
    await sql`checkpoint`;
  } finally {
    await sql.end();
  }
}
