import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { recordAudit } from '../operator/audit.ts';
import { roleName } from './role-grants.ts';
import { grantStatements, MONITOR_STATEMENT, queueStatements, roleStatements } from './role-statements.ts';

/** Grants are rows that two at once may not change; any constant will do. */
const ROLES_LOCK = 3_380_655_117;

export interface AppliedRoles {
  /** Why the monitor could not be made a member of pg_monitor; a superuser has to. */
  readonly monitorRefused?: string;
}

/**
 * Makes the group roles and gives each exactly its rights, all at once or not at all; whoever works under them meanwhile notices
 * nothing. To be run by the owner of the tables, who may make roles.
 */
export function applyRoles(postgres: Postgres, actor: string): Promise<AppliedRoles> {
  return postgres.transaction('roles.apply', async (sql): Promise<AppliedRoles> => {
    await sql`select pg_advisory_xact_lock(${ROLES_LOCK})`;
    const schema = await schemaOf(sql);
    for (const statement of [...roleStatements(), ...grantStatements(schema), ...queueStatements()])
      await sql.unsafe(statement);
    await recordAudit(sql, { actor, verb: 'apply_roles', subject: `schema:${schema}`, detail: {} });
    try {
      await sql.savepoint((inner) => inner.unsafe(MONITOR_STATEMENT));
      return {};
    } catch (error) {
      return { monitorRefused: error instanceof Error ? error.message : String(error) };
    }
  });
}

/** After a migration: where the roles are in use, they get what is new. Says whether they are. */
export function repairGrants(postgres: Postgres): Promise<boolean> {
  return postgres.transaction('roles.repair', async (sql) => {
    const [row] = await sql`
      select exists (select from pg_roles where rolname = ${roleName('gateway')}) as made`;
    if (!row?.['made']) return false;
    const [used] = await sql`select has_table_privilege(${roleName('gateway')}, 'decisions', 'insert') as used`;
    if (!used?.['used']) return false;
    await sql`select pg_advisory_xact_lock(${ROLES_LOCK})`;
    for (const statement of grantStatements(await schemaOf(sql))) await sql.unsafe(statement);
    return true;
  });
}

async function schemaOf(sql: TransactionSql): Promise<string> {
  const [row] = await sql`
    select n.nspname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = 'decisions'::regclass`;
  return row?.['name'] as string;
}

/** What `applyRoles` would run, for whoever wants to read it or to run it by hand. */
export function rolesAsSql(schema: string): string {
  const statements = [...roleStatements(), ...grantStatements(schema), ...queueStatements(), MONITOR_STATEMENT];
  return statements.map((statement) => `${statement};\n`).join('');
}
