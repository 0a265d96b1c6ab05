import type { TransactionSql } from 'postgres';
import type { ChangedFact, PutStatus, RefusalCode } from './outcome.ts';

/** Where a row comes from and what it names. Rows go to the statements as JSON: snake_case, minor units as text. */
export interface RecordRow {
  /** Line of the import file; 0 for a verb. */
  readonly line: number;
}

export interface RowFault {
  readonly line: number;
  readonly code: RefusalCode;
  readonly message: string;
}

export interface Written {
  readonly line: number;
  readonly status: PutStatus;
}

export interface WriteContext {
  readonly actor: string;
  /** As the audit names it, for example `put_card`. */
  readonly verb: string;
  /** What the change came with, for the audit: an import's file name. */
  readonly source?: string;
  /** False compares only: the statuses are those that a write would have. */
  readonly apply: boolean;
}

export type Read<Row> = { readonly ok: true; readonly row: Row } | { readonly ok: false; readonly message: string };

/** A thing that another record of the same file may bring: `member` of the row says so once the file is known. */
export interface Reference {
  readonly member: string;
  readonly key: string;
}

/**
 * One kind of record that an operator puts, alone by a verb or by the thousand from a file: the same checks and the
 * same statements for both.
 */
export interface RecordKind<Row extends RecordRow = RecordRow> {
  /** Checks what the record alone can tell. */
  read(record: object, line: number): Read<Row>;
  /** What may be there only once in a file. */
  keys(row: Row): readonly string[];
  references(row: Row): readonly Reference[];
  /** Checks against the database. */
  check(sql: TransactionSql, rows: readonly Row[]): Promise<readonly RowFault[]>;
  /** Writes what differs and audits it. No two rows may share a key. */
  write(sql: TransactionSql, rows: readonly Row[], context: WriteContext): Promise<readonly Written[]>;
  changes(row: Row): readonly ChangedFact[];
}

/** Rows as one parameter. Cast it `::text::jsonb`: the driver would encode a parameter of type jsonb once more. */
export function asJson(rows: readonly object[]): string {
  return JSON.stringify(rows);
}

/** The operator's verbs wait for each other, so that none decides on a fact that another is changing. */
export async function lockOperator(sql: TransactionSql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${OPERATOR_LOCK})`;
}

/** Any constant that nobody else uses. */
const OPERATOR_LOCK = 6_077_345_022;
