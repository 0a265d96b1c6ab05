import type { Postgres } from '@freeway/postgres';

/** Takes a lock in a transaction of its own and keeps it until released. */
export async function holdLock({ sql }: Postgres, statement: string): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holding = sql.begin(async (transaction) => {
    await transaction.unsafe(statement);
    held.resolve();
    await release.promise;
  });
  await Promise.race([held.promise, holding]);
  return async () => {
    release.resolve();
    await holding;
  };
}
