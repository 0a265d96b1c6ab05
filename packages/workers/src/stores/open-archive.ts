import type { Archive } from '@freeway/core';
import { createMongoArchive } from '@freeway/mongodb';
import { createPostgresArchive, type Postgres } from '@freeway/postgres';
import type { Lifecycle } from '@freeway/runtime';

export interface ArchiveParts {
  readonly settings: {
    readonly MONGODB_URI: string | undefined;
    readonly MONGODB_POOL_MIN: number;
    readonly MONGODB_POOL_MAX: number;
  };
  /** Used where MongoDB is not configured. */
  readonly postgres: Postgres;
  readonly lifecycle: Lifecycle;
}

/** MongoDB where it is configured, else a table in PostgreSQL. */
export async function openArchive({ settings, postgres, lifecycle }: ArchiveParts): Promise<Archive> {
  const archive =
    settings.MONGODB_URI === undefined
      ? createPostgresArchive(postgres)
      : await createMongoArchive({
          uri: settings.MONGODB_URI,
          poolMin: settings.MONGODB_POOL_MIN,
          poolMax: settings.MONGODB_POOL_MAX,
        });
  lifecycle.onStop('archive', () => archive.close());
  return archive;
}
