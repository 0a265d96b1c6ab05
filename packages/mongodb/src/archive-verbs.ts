import type { Archive, ArchiveCollection, ArchiveQuery } from '@freeway/core';
import { type Collection, type Db, type Filter, MongoBulkWriteError, MongoServerError } from 'mongodb';
import { type Bounds, type RetryPolicy, withRetry } from './retry.ts';
import { fromStored, type StoredDocument, toStored } from './stored-document.ts';

const DEFAULT_LIMIT = 100;
// Retention may find months to remove.
const REMOVAL_TIMEOUT_MS = 600_000;

/** Reading and writing. Each verb may run twice without harm, and does when a connection fails. */
export const archiveVerbs = (database: Db, retry: RetryPolicy): Omit<Archive, 'health' | 'close'> => {
  const of = (collection: ArchiveCollection) => database.collection<StoredDocument>(collection);

  return {
    insert: async (collection, documents) => {
      if (documents.length === 0) return 0;
      const stored = documents.map(toStored);
      return withRetry(retry, (bounds) => insertNew(of(collection), stored, bounds));
    },

    upsert: async (collection, document) => {
      const stored = toStored(document);
      await withRetry(retry, (bounds) => replace(of(collection), stored, bounds));
    },

    get: async (collection, id) => {
      const stored = await withRetry(retry, (bounds) => of(collection).findOne({ _id: id }, bounds));
      return stored === null ? undefined : fromStored(stored);
    },

    known: async (collection, ids) => {
      const found = await withRetry(retry, (bounds) =>
        of(collection)
          .find({ _id: { $in: [...ids] } }, { projection: { _id: 1 }, ...bounds })
          .toArray(),
      );
      return new Set(found.map(({ _id }) => _id));
    },

    find: async (collection, query) => {
      const newest = { sort: { occurred_at: -1, _id: -1 }, limit: query.limit ?? DEFAULT_LIMIT } as const;
      const found = await withRetry(retry, (bounds) =>
        of(collection)
          .find(filterOf(query), { ...newest, ...bounds })
          .toArray(),
      );
      return found.map(fromStored);
    },

    removeBefore: async (collection, beforeMs) => {
      const older = { occurred_at: { $lt: new Date(beforeMs) } };
      const patient = { ...retry, timeoutMs: Math.max(retry.timeoutMs, REMOVAL_TIMEOUT_MS) };
      return withRetry(patient, async (bounds) => (await of(collection).deleteMany(older, bounds)).deletedCount);
    },

    statistics: () =>
      withRetry(retry, async (bounds) => {
        const count = async (collection: ArchiveCollection) => ({
          documents: await of(collection).estimatedDocumentCount(bounds),
        });
        const [decisions, messages] = await Promise.all([count('decisions'), count('messages')]);
        return { decisions, messages };
      }),
  };
};

/**
 * How many were new, as far as the last attempt can tell: what an attempt inserted before its connection failed is a
 * duplicate to the next.
 */
const insertNew = async (
  collection: Collection<StoredDocument>,
  documents: StoredDocument[],
  bounds: Bounds,
): Promise<number> => {
  try {
    return (await collection.insertMany(documents, { ordered: false, ...bounds })).insertedCount;
  } catch (error) {
    if (error instanceof MongoBulkWriteError && onlyDuplicates(error)) return error.insertedCount;
    throw error;
  }
};

const replace = async (
  collection: Collection<StoredDocument>,
  stored: StoredDocument,
  bounds: Bounds,
): Promise<void> => {
  const { _id: id } = stored;
  const once = () => collection.replaceOne({ _id: id }, stored, { upsert: true, ...bounds });
  try {
    await once();
  } catch (error) {
    // Two upserts of a new id at once: not every server sorts that out by itself. Now there is one to replace.
    if (!isDuplicateKey(error)) throw error;
    await once();
  }
};

const DUPLICATE_KEY = 11000;

const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === DUPLICATE_KEY;

const onlyDuplicates = (error: MongoBulkWriteError): boolean =>
  isDuplicateKey(error) && [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY);

const filterOf = (query: ArchiveQuery): Filter<StoredDocument> => ({
  ...(query.transactionToken !== undefined && { transaction_token: query.transactionToken }),
  ...(query.accountId !== undefined && { account_id: query.accountId }),
  ...(query.cardToken !== undefined && { card_token: query.cardToken }),
  ...((query.sinceMs !== undefined || query.untilMs !== undefined) && {
    occurred_at: {
      ...(query.sinceMs !== undefined && { $gte: new Date(query.sinceMs) }),
      ...(query.untilMs !== undefined && { $lt: new Date(query.untilMs) }),
    },
  }),
});
