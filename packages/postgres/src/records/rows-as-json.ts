/** Rows as one JSON text, for `jsonb_to_recordset`; a bigint goes as text. */
export function rowsAsJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
