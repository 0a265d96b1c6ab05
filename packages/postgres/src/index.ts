// The public surface of the PostgreSQL adapter.
export { authorizeBatch } from './authorize-statement.ts';
export { connectPostgres } from './connect.ts';
export type { PoolStatistics, Postgres, PostgresOptions, Sql } from './connect.ts';
export { createFactSource } from './fact-source.ts';
export { createLedger, HOT_SESSION } from './ledger.ts';
export type { LedgerOptions, LedgerStatistics, PostgresLedger } from './ledger.ts';
export { migrate, pendingMigrations } from './migrate.ts';
export type { MigrationReport } from './migrate.ts';
