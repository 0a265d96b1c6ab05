import type { Archive } from '@freeway/core';
import { createMongoArchive } from '@freeway/mongodb';
import { createPostgresArchive, type Postgres } from '@freeway/postgres';
import type { Lifecycle, Metrics } from '@freeway/runtime';

export interface ArchiveParts {
  readonly settings: {
    readonly MONGODB_URI: string | undefined;
    readonly MONGODB_POOL_MIN: number;
    readonly MONGODB_POOL_MAX: number;
  };
  /** Used where MongoDB is not configured. */
  readonly postgres: Postgres;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** MongoDB where it is configured, else a table in PostgreSQL. */
export async function openArchive({ settings, postgres, metrics, lifecycle }: ArchiveParts): Promise<Archive> {
  const { MONGODB_URI: uri, MONGODB_POOL_MIN: poolMin, MONGODB_POOL_MAX: poolMax } = settings;
  if (uri === undefined) return createPostgresArchive(postgres);
  const archive = await createMongoArchive({ uri, poolMin, poolMax });
  lifecycle.onStop('archive', () => archive.close());
  metrics.readGauges('freeway_mongodb_pool', 'Connections to MongoDB.', 'state', () => {
    const { open, inUse } = archive.pool();
    return { open, in_use: inUse };
  });
  return archive;
}
