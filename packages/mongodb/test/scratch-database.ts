import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';

export const MONGODB_URI = process.env['TEST_MONGODB_URI'];

/** A database of its own for one test, and a client that looks at it past the adapter. */
export const scratchDatabase = () => {
  const client = new MongoClient(MONGODB_URI ?? '');
  const name = `archive_${randomUUID().replaceAll('-', '')}`;
  const database = client.db(name);
  return {
    name,
    database,
    drop: async (): Promise<void> => {
      await database.dropDatabase();
      await client.close();
    },
  };
};
