import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSessionLock } from '../src/session-lock.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('a lock of a session', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  const session = () => database.connect({ poolMax: 1 });

  it('is one session’s, however often it asks, until that ends', async () => {
    const [mine, other] = [session(), session()];
    const lock = createSessionLock(mine, 7);
    expect([await lock.held(), await lock.held(), await lock.held()]).toEqual([true, true, true]);
    expect(await createSessionLock(other, 7).held()).toBe(false);
    expect(await createSessionLock(other, 8).held()).toBe(true);
    await mine.close();
    await vi.waitFor(async () => expect(await createSessionLock(other, 7).held()).toBe(true), { timeout: 10_000 });
  });

  it('is lost with the connection, and told so when somebody else has it then', async () => {
    const [mine, other] = [session(), session()];
    const lock = createSessionLock(mine, 9);
    expect(await lock.held()).toBe(true);
    const [backend] = await mine.sql`select pg_backend_pid() as pid`;
    await database.postgres.sql`select pg_terminate_backend(${backend?.['pid'] as number}, 5000)`;
    await vi.waitFor(async () => expect(await createSessionLock(other, 9).held()).toBe(true), { timeout: 10_000 });
    // The driver has a new connection by now, or gets one.
    await vi.waitFor(async () => expect(await lock.held()).toBe(false), { timeout: 10_000 });
  });
});
