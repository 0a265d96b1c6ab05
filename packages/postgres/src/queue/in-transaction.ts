import type { Db, PgBoss } from 'pg-boss';

/** Runs pg-boss's own statements and ours in one transaction. */
export async function inTransaction<T>(boss: PgBoss, run: (db: Db) => Promise<T>): Promise<T> {
  const transaction = await boss.getDb().beginTransaction?.();
  if (transaction === undefined) throw new Error('pg-boss has no transactions on this connection');
  try {
    const result = await run(transaction.db);
    await transaction.commit();
    return result;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}
