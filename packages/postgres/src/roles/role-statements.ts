import { QUEUE_SCHEMA } from '../queue/queue-table.ts';
import {
  DEFINER_FUNCTIONS,
  QUEUE_ROLE,
  QUEUE_USERS,
  READS_ALL,
  type Role,
  ROLE_GRANTS,
  roleName,
  ROLES,
  SEQUENCES,
} from './role-grants.ts';

/** Makes the group roles that are not there; none of them can log in. */
export function roleStatements(): readonly string[] {
  return [QUEUE_ROLE, ...ROLES.map(roleName)].map(
    (role) => `do $$ begin
  if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
end $$`,
  );
}

/** Takes every right on our tables from the roles and gives each its own: whatever they had before, this is what they have. */
export function grantStatements(schema: string): readonly string[] {
  const quoted = quote(schema);
  const all = ROLES.map(roleName).join(', ');
  return [
    `revoke create on schema ${quoted} from public`,
    `revoke all on schema ${quoted} from ${all}`,
    `grant usage on schema ${quoted} to ${all}`,
    forEachOfOurs(schema, ['table', 'sequence', 'function'], `revoke all on %s from ${all}`),
    forEachOfOurs(schema, ['table'], `grant select on %s to ${READS_ALL.map(roleName).join(', ')}`),
    ...Object.keys(DEFINER_FUNCTIONS).map((name) => `revoke execute on function ${quoted}.${name} from public`),
    ...ROLES.flatMap((role) => grantsOf(role, quoted)),
  ];
}

function grantsOf(role: Role, schema: string): readonly string[] {
  const to = `to ${roleName(role)}`;
  const tables = ROLE_GRANTS[role].flatMap((grants) =>
    Object.entries(grants).map(([table, rights]) => `grant ${rights} on ${schema}.${table} ${to}`),
  );
  const named = (list: Readonly<Record<string, readonly Role[]>>, words: string): readonly string[] =>
    Object.entries(list)
      .filter(([, roles]) => roles.includes(role))
      .map(([name]) => `grant ${words} ${schema}.${name} ${to}`);
  return [
    `grant select on ${schema}.migrations ${to}`,
    ...tables,
    ...named(SEQUENCES, 'usage on sequence'),
    ...named(DEFINER_FUNCTIONS, 'execute on function'),
  ];
}

/** Runs a statement for what is in a schema and is ours: extensions put theirs there too, where only a superuser may give. */
function forEachOfOurs(
  schema: string,
  kinds: readonly ('table' | 'sequence' | 'function')[],
  statement: string,
): string {
  const list = kinds.map((kind) => `'${kind}'`).join(', ');
  return `do $$
declare
  thing text;
begin
  for thing in
    select kind || ' ' || name from (
      select case relkind when 'S' then 'sequence' else 'table' end as kind, oid::regclass::text as name
        from pg_class
        where relnamespace = ${literal(quote(schema))}::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
          and pg_has_role(relowner, 'usage')
      union all
      select 'function', oid::regprocedure::text
        from pg_proc
        where pronamespace = ${literal(quote(schema))}::regnamespace and prokind <> 'p' and pg_has_role(proowner, 'usage')
    ) as things
    where kind in (${list})
  loop
    execute format('${statement}', thing);
  end loop;
end $$`;
}

/** Gives the schema of the queues, with what is in it, to its role. Nothing is locked where that is so already. */
export function queueStatements(): readonly string[] {
  return [
    // Only a member may give something to a role.
    membershipStatement(QUEUE_ROLE, 'current_user'),
    `create schema if not exists ${QUEUE_SCHEMA}`,
    `alter schema ${QUEUE_SCHEMA} owner to ${QUEUE_ROLE}`,
    `do $$
declare
  one record;
begin
  for one in
    select case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as kind, c.oid::regclass::text as name
      from pg_class c
      where c.relnamespace = '${QUEUE_SCHEMA}'::regnamespace and c.relkind in ('r', 'p', 'v', 'S') and c.relowner <> '${QUEUE_ROLE}'::regrole
        -- those of a column go with their table
        and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and c.relkind = 'S')
    union all
    select 'function', p.oid::regprocedure::text from pg_proc p
      where p.pronamespace = '${QUEUE_SCHEMA}'::regnamespace and p.proowner <> '${QUEUE_ROLE}'::regrole
    union all
    select 'type', t.oid::regtype::text from pg_type t
      where t.typnamespace = '${QUEUE_SCHEMA}'::regnamespace and t.typtype in ('e', 'd') and t.typowner <> '${QUEUE_ROLE}'::regrole
  loop
    execute format('alter %s %s owner to ${QUEUE_ROLE}', one.kind, one.name);
  end loop;
end $$`,
    ...QUEUE_USERS.map((role) => membershipStatement(QUEUE_ROLE, roleName(role))),
    `grant usage on schema ${QUEUE_SCHEMA} to ${roleName('monitor')}`,
    `grant select on all tables in schema ${QUEUE_SCHEMA} to ${roleName('monitor')}`,
    `alter default privileges for role ${QUEUE_ROLE} in schema ${QUEUE_SCHEMA} grant select on tables to ${roleName('monitor')}`,
  ];
}

/** Not granted again where it is: whoever runs this need not be the one who made the roles of this server. */
function membershipStatement(role: string, member: string): string {
  const name = member === 'current_user' ? member : `'${member}'`;
  return `do $$ begin
  if not pg_has_role(${name}, '${role}', 'member') then grant ${role} to ${member}; end if;
end $$`;
}

/** Only a superuser, or who has it to give, may do this one where it is not done yet. */
export const MONITOR_STATEMENT = membershipStatement('pg_monitor', roleName('monitor'));

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
