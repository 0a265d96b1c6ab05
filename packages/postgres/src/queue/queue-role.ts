import { connectPostgres } from '../connect.ts';
import { QUEUE_ROLE } from '../roles/role-grants.ts';
import { QUEUE_SCHEMA } from './queue-table.ts';

/**
 * The role that owns the queues, if `freeway database roles` has given them to it and we may act as it: what any process makes
 * there then belongs to all of them. Undefined: they belong to whoever makes them.
 */
export async function queueRoleAt(databaseUrl: string): Promise<string | undefined> {
  const postgres = connectPostgres({
    url: databaseUrl,
    poolMax: 1,
    statementTimeoutMs: 5000,
    applicationName: 'freeway queue',
  });
  try {
    const [row] = await postgres.sql`
      select pg_has_role(current_user, n.nspowner, 'member') as ours
        from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.nspname = ${QUEUE_SCHEMA} and r.rolname = ${QUEUE_ROLE}`;
    return row?.['ours'] ? QUEUE_ROLE : undefined;
  } finally {
    await postgres.close();
  }
}
