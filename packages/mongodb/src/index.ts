// The public surface of the MongoDB adapter.
export { createMongoArchive } from './create-mongo-archive.ts';
export type { MongoArchive, MongoArchiveOptions } from './create-mongo-archive.ts';
export type { PoolStatistics } from './pool-statistics.ts';
