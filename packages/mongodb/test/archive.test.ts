import { archiveContract } from '@freeway/testkit/contracts/archive';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMongoArchive, type MongoArchive } from '../src/index.ts';
import { MONGODB_URI, scratchDatabase } from './scratch-database.ts';

const uri = MONGODB_URI ?? '';

describe.skipIf(!MONGODB_URI)('the archive in MongoDB', () => {
  archiveContract('MongoDB', async () => {
    const scratch = scratchDatabase();
    const archive = await createMongoArchive({ uri, database: scratch.name });
    return {
      archive,
      close: async () => {
        await archive.close();
        await scratch.drop();
      },
    };
  });

  describe('beyond the contract', () => {
    let scratch: ReturnType<typeof scratchDatabase>;
    let archive: MongoArchive;
    beforeEach(async () => {
      scratch = scratchDatabase();
      archive = await createMongoArchive({ uri, database: scratch.name });
    });
    afterEach(async () => {
      await archive.close();
      await scratch.drop();
    });

    it('makes the indexes at start, and starts again on what is there', async () => {
      const again = await createMongoArchive({ uri, database: scratch.name });
      expect(await again.health()).toMatchObject({ state: 'up' });
      await again.close();
      for (const collection of ['decisions', 'messages']) {
        const names = (await scratch.database.collection(collection).indexes()).map(({ name }) => name);
        expect(names.toSorted()).toEqual(['_id_', 'account_newest', 'card_newest', 'newest', 'transaction_newest']);
      }
    });

    it('keeps content as a document that can be queried, and as text only what a document would change', async () => {
      const document = { id: 'plain', occurredAtMs: 1, content: { request: { method: 'pgfs.authorization' } } };
      await archive.insert('decisions', [document, { ...document, id: 'odd', content: { 'a.b': [[1]] } }]);
      const decisions = scratch.database.collection('decisions');
      const found = await decisions.find({ 'content.request.method': 'pgfs.authorization' }).toArray();
      expect(found.map(({ _id }) => _id)).toEqual(['plain']);
      expect((await decisions.findOne({ content_text: { $exists: true } }))?.['content_text']).toBe('{"a.b":[[1]]}');
    });

    it('reports what the server refuses as what it is, not as an absence', async () => {
      const tooLong = { id: 'x', occurredAtMs: 1, content: { text: 'x'.repeat(17 * 1024 * 1024) } };
      const refused = archive.upsert('decisions', tooLong);
      await expect(refused).rejects.toBeInstanceOf(Error);
      await expect(refused).rejects.not.toMatchObject({ name: 'Fault' });
    });

    it('opens no more connections than its maximum, however many operations are under way', async () => {
      const small = await createMongoArchive({ uri, database: scratch.name, poolMin: 1, poolMax: 3 });
      let most = 0;
      await Promise.all(
        Array.from({ length: 60 }, async (_, n) => {
          await small.insert('messages', [{ id: `${n}`, occurredAtMs: n, content: {} }]);
          most = Math.max(most, small.pool().open);
        }),
      );
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(3);
      expect(small.pool().inUse).toBe(0);
      expect((await small.statistics()).messages.documents).toBe(60);
      await small.close();
      expect(small.pool()).toEqual({ open: 0, inUse: 0 });
    });
  });

  it('refuses a URI that is none', async () => {
    await expect(createMongoArchive({ uri: 'http://127.0.0.1' })).rejects.toThrow(/Invalid scheme/);
  });

  it('uses the database that the URI names', async () => {
    const scratch = scratchDatabase();
    const url = new URL(uri);
    url.pathname = `/${scratch.name}`;
    const archive = await createMongoArchive({ uri: url.href });
    await archive.insert('messages', [{ id: 'here', occurredAtMs: 1, content: {} }]);
    expect(await scratch.database.collection('messages').countDocuments()).toBe(1);
    await archive.close();
    await scratch.drop();
  });
});
