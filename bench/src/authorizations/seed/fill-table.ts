import type { Sql } from 'postgres';
import { runStatement } from './run-statement.ts';
import type { SeedProgress } from './seed-progress.ts';
import type { TableFill } from './table-fill.ts';

/** Users or purchases at a time: their rows stay in the memory of the smallest server until they are frozen. */
const CHUNK = 40_000;

export async function fillTable(sql: Sql, fill: TableFill, progress: SeedProgress, signal: AbortSignal): Promise<void> {
  const { table, columns, parts } = fill;
  for (const { from, to, rowsOfEach, select } of parts)
    for (let first = from; first < to; first += CHUNK) {
      const next = Math.min(first + CHUNK, to);
      await runStatement(
        sql,
        `insert into ${table} (${columns}) overriding system value ${select(first, next)}`,
        signal,
      );
      // Now, while these pages are in memory: else each is read, logged and written once more.
      await runStatement(sql, `vacuum (freeze, truncate off) ${table}`, signal);
      progress.advance(table, (next - first) * rowsOfEach);
    }
}
