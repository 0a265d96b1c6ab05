import { ARCHIVE_COLLECTIONS } from '@freeway/core';
import { type Collection, type Db, type IndexDescription, MongoServerError } from 'mongodb';
import type { Bounds } from './retry.ts';

// Each ends as `find` sorts, so that the newest of anything are read and not sorted. The first also serves retention.
const INDEXES: readonly (IndexDescription & { name: string })[] = [
  { name: 'newest', key: { occurred_at: -1, _id: -1 } },
  { name: 'transaction_newest', key: { transaction_token: 1, occurred_at: -1, _id: -1 } },
  { name: 'account_newest', key: { account_id: 1, occurred_at: -1, _id: -1 } },
  { name: 'card_newest', key: { card_token: 1, occurred_at: -1, _id: -1 } },
];

/** Makes what is missing of the archive's collections and indexes; nothing when all are there. */
export const makeIndexes = async (database: Db, bounds: Bounds): Promise<void> => {
  for (const name of ARCHIVE_COLLECTIONS) {
    const collection = database.collection(name);
    const known = await indexNames(collection, bounds);
    // Only what is missing: FerretDB 1.24 drops the connection when asked for indexes that are there.
    const missing = INDEXES.filter((index) => !known.has(index.name));
    if (missing.length > 0) await collection.createIndexes([...missing], bounds);
  }
};

const NAMESPACE_NOT_FOUND = 26;

const indexNames = async (collection: Collection, bounds: Bounds): Promise<ReadonlySet<string | undefined>> => {
  try {
    return new Set((await collection.indexes(bounds)).map(({ name }) => name));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return new Set();
    throw error;
  }
};
