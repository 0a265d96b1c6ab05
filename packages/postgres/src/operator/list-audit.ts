import type { Postgres } from '../connect.ts';

export interface AuditFilter {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly actor?: string | undefined;
  readonly verb?: string | undefined;
  /** The subject, or what it begins with and a colon follows. */
  readonly subject?: string | undefined;
}

export interface ListedAudit {
  readonly auditId: string;
  readonly at: Date;
  readonly actor: string;
  readonly verb: string;
  readonly subject: string;
  readonly detail: unknown;
}

/** The newest audit records that fit, newest first. */
export async function listAudit(
  postgres: Postgres,
  filter: AuditFilter,
  limit: number,
): Promise<readonly ListedAudit[]> {
  const { sinceMs, untilMs, actor, verb, subject } = filter;
  const rows = await postgres.query(
    'audit.list',
    (sql) => sql`
      select audit_id::text as audit_id, at, actor, verb, subject, detail from audit_records r
        where (${sinceMs === undefined ? null : new Date(sinceMs)}::timestamptz is null or at >= ${sinceMs === undefined ? null : new Date(sinceMs)}::timestamptz)
          and (${untilMs === undefined ? null : new Date(untilMs)}::timestamptz is null or at < ${untilMs === undefined ? null : new Date(untilMs)}::timestamptz)
          and (${actor ?? null}::text is null or actor = ${actor ?? null}::text)
          and (${verb ?? null}::text is null or verb = ${verb ?? null}::text)
          and (${subject ?? null}::text is null or subject = ${subject ?? null}::text or starts_with(subject, ${subject ?? null}::text || ':'))
        order by r.audit_id desc limit ${limit}`,
  );
  return rows.map((row) => ({
    auditId: row['audit_id'],
    at: row['at'],
    actor: row['actor'],
    verb: row['verb'],
    subject: row['subject'],
    detail: row['detail'],
  }));
}
