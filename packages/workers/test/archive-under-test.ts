import { randomUUID } from 'node:crypto';
import type { Archive } from '@freeway/core';
import { createMongoArchive } from '@freeway/mongodb';
import { createPostgresArchive } from '@freeway/postgres';
import { MongoClient } from 'mongodb';
import { addressOf, DATABASE_URL, MONGODB_URI, type ServerAddress, through } from './servers.ts';
import type { TestDatabase } from './test-database.ts';

export interface ArchiveUnderTest {
  /** What makes a process use it, by way of a proxy if given. */
  env(proxy?: { readonly port: number }): Readonly<Record<string, string>>;
  /** The test's own view of it. */
  readonly archive: Archive;
  /** Another view that gives up soon when its server is away. Closed by the caller. */
  connectImpatiently(proxy: { readonly port: number }): Promise<Archive>;
  close(): Promise<void>;
}

export interface ArchiveKind {
  readonly name: string;
  readonly available: boolean;
  readonly server: ServerAddress;
  open(database: TestDatabase): Promise<ArchiveUnderTest>;
}

export const POSTGRES_ARCHIVE: ArchiveKind = {
  name: 'PostgreSQL',
  available: DATABASE_URL !== '',
  server: addressOf(DATABASE_URL, 5432),
  open: async (database) => ({
    env: () => ({}),
    archive: createPostgresArchive(database.postgres),
    connectImpatiently: async (proxy) => createPostgresArchive(database.connect(through(database.url, proxy), 20)),
    close: async () => undefined,
  }),
};

export const MONGODB_ARCHIVE: ArchiveKind = {
  name: 'MongoDB',
  available: MONGODB_URI !== '' && DATABASE_URL !== '',
  server: addressOf(MONGODB_URI, 27_017),
  open: openMongoArchive,
};

async function openMongoArchive(): Promise<ArchiveUnderTest> {
  const named = new URL(MONGODB_URI);
  named.pathname = `/workers_${randomUUID().replaceAll('-', '')}`;
  const uri = named.href;
  const archive = await createMongoArchive({ uri });
  return {
    env: (proxy) => ({ MONGODB_URI: through(uri, proxy) }),
    archive,
    connectImpatiently: (proxy) =>
      createMongoArchive({ uri: through(uri, proxy), selectionTimeoutMs: 100, operationTimeoutMs: 1000, attempts: 1 }),
    async close() {
      await archive.close();
      const client = new MongoClient(uri);
      await client.db().dropDatabase();
      await client.close();
    },
  };
}
