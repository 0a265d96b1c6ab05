import type { TransactionSql } from 'postgres';

export interface AuditRecord {
  readonly actor: string;
  readonly verb: string;
  readonly subject: string;
  /** Amounts as text of minor units: JSON has no bigint. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Who changed what, in the transaction that changes it. */
export async function recordAudit(sql: TransactionSql, { actor, verb, subject, detail }: AuditRecord): Promise<void> {
  await sql`insert into audit_records (actor, verb, subject, detail)
    values (${actor}, ${verb}, ${subject}, ${JSON.stringify(detail)}::text::jsonb)`;
}
