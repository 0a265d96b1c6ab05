import type { World } from './world.ts';

/** Nobody writes to the table until it is released. */
export async function holdTable({ database }: World, table: string): Promise<() => Promise<void>> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
  const holding = database.postgres.transaction('hold', async (sql) => {
    await sql.unsafe(`lock table ${table} in exclusive mode`);
    isLocked();
    await released;
  });
  await locked;
  return async () => {
    release();
    await holding;
  };
}
