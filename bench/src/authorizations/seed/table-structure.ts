import type { Sql } from 'postgres';

interface Index {
  readonly name: string;
  readonly definition: string;
  /** What rests on it, and has its name. */
  readonly constraint: 'primary key' | 'unique' | null;
}

/** Takes off what a table is filled faster without: indexes and triggers. Returns the statements that put it back. */
export async function takeOffStructure(sql: Sql, table: string): Promise<readonly string[]> {
  const indexes = await sql<Index[]>`
    select c.relname as name, pg_get_indexdef(i.indexrelid) as definition,
           case k.contype when 'p' then 'primary key' when 'u' then 'unique' end as constraint
      from pg_index i join pg_class c on c.oid = i.indexrelid
      left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u')
      where i.indrelid = ${table}::regclass order by 1`;
  for (const { name, constraint } of indexes)
    await (constraint === null
      ? sql`drop index ${sql(name)}`
      : sql`alter table ${sql(table)} drop constraint ${sql(name)}`);
  await sql`alter table ${sql(table)} disable trigger user, set (autovacuum_enabled = false)`;
  return [
    ...indexes.flatMap((index) => putBack(table, index)),
    `alter table ${table} enable trigger user, reset (autovacuum_enabled)`,
  ];
}

function putBack(table: string, { name, definition, constraint }: Index): readonly string[] {
  if (constraint === null) return [definition];
  return [definition, `alter table ${table} add constraint ${name} ${constraint} using index ${name}`];
}

/** As above: whatever refers from one of the tables to another. */
export async function takeOffReferences(sql: Sql, tables: readonly string[]): Promise<readonly string[]> {
  const references = await sql<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
      from pg_constraint where contype = 'f' and conrelid = any (${tables}::regclass[])`;
  for (const { table, name } of references) await sql`alter table ${sql(table)} drop constraint ${sql(name)}`;
  return references.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`);
}
