import { archiveContract } from '@freeway/testkit/contracts/archive';
import { openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresArchive } from '../src/archive.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const SERVER_URL = process.env['TEST_DATABASE_URL'];

describe.skipIf(!SERVER_URL)('the archive in PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(SERVER_URL ?? '');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.postgres.sql`truncate archive_decisions, archive_messages`;
  });

  archiveContract('PostgreSQL', async () => {
    const archive = createPostgresArchive(database.postgres);
    return { archive, close: () => archive.close() };
  });

  it('takes batches with ids in common at once, in whatever order', async () => {
    const archive = createPostgresArchive(database.postgres);
    for (let round = 0; round < 5; round += 1) {
      const documents = Array.from({ length: 2_000 }, (_, n) => ({
        id: `${round}-${n}`,
        occurredAtMs: n,
        content: {},
      }));
      const batches = [documents, documents.toReversed(), documents, documents.toReversed()];
      const counts = await Promise.all(batches.map((batch) => archive.insert('messages', batch)));
      expect(counts.reduce((sum, count) => sum + count)).toBe(2_000);
    }
  });

  it('removes more than one batch', async () => {
    const archive = createPostgresArchive(database.postgres);
    const documents = Array.from({ length: 10_001 }, (_, n) => ({ id: `${n}`, occurredAtMs: n, content: {} }));
    await archive.insert('messages', documents);
    expect(await archive.removeBefore('messages', 10_000)).toBe(10_000);
    expect((await archive.find('messages', {})).map(({ id }) => id)).toEqual(['10000']);
  });

  it('reads the newest of each field from an index, without sorting', async () => {
    const archive = createPostgresArchive(database.postgres);
    const documents = Array.from({ length: 5_000 }, (_, n) => ({
      id: `${n}`,
      transactionToken: `t${n}`,
      accountId: `${n % 50}`,
      cardToken: `c${n % 100}`,
      occurredAtMs: n,
      content: {},
    }));
    await archive.insert('decisions', documents);
    const { sql } = database.postgres;
    await sql`analyze archive_decisions`;
    for (const condition of [
      `true`,
      `occurred_at < to_timestamp(1)`,
      `transaction_token = 't7'`,
      `account_id = '7'`,
      `card_token = 'c7' and occurred_at >= to_timestamp(1)`,
    ]) {
      const plan = await sql.unsafe(
        `explain select * from archive_decisions where ${condition} order by occurred_at desc, id desc limit 10`,
      );
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toContain('Index Scan');
      expect(text).not.toContain('Sort');
    }
  });

  it('says that the server is away as a fault, and in its health', async () => {
    const url = new URL(database.url);
    const proxy = await openFaultProxy({ host: url.hostname, port: Number(url.port || 5432) });
    url.host = `127.0.0.1:${proxy.port}`;
    const postgres = database.connect({ url: url.href });
    const archive = createPostgresArchive(postgres);
    expect(await archive.get('decisions', 'a')).toBeUndefined();
    await proxy.refuse();
    await expect(archive.get('decisions', 'a')).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
    expect(await archive.health()).toMatchObject({ state: 'down' });
    await proxy.forward();
    await expect.poll(async () => (await archive.health()).state).toBe('up');
    await proxy.close();
  });

  it('throws what is no absence as what it is', async () => {
    const archive = createPostgresArchive(database.postgres);
    await expect(archive.get('decisions', 'a\u0000b')).rejects.toMatchObject({ code: '22021' });
  });

  it('leaves the pool to its owner', async () => {
    await createPostgresArchive(database.postgres).close();
    expect((await createPostgresArchive(database.postgres).health()).state).toBe('up');
  });
});
