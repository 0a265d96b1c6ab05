import type { Row, RowList, Sql } from 'postgres';

/** Runs SQL text of our own making; ends it in the database, too, when the signal says so. */
export async function runStatement(sql: Sql, text: string, signal: AbortSignal): Promise<RowList<Row[]>> {
  signal.throwIfAborted();
  const statement = sql.unsafe(text);
  const cancel = (): void => statement.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await statement;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
