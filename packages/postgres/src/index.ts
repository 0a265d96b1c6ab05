// The public surface of the PostgreSQL adapter.
export { adoptCard, correctCardOwner } from './adopt-card.ts';
export { connectPostgres } from './connect.ts';
export type { PoolStatistics, Postgres, PostgresOptions, Sql } from './connect.ts';
export { createFactSource } from './fact-source.ts';
export { createLedger, HOT_SESSION } from './ledger.ts';
export type { LedgerOptions, LedgerStatistics, PostgresLedger } from './ledger.ts';
export { migrate, pendingMigrations } from './migrate.ts';
export type { MigrationReport } from './migrate.ts';
export { moveRelayCursor, outboxBacklog, pruneOutbox, readOutbox, readRelayCursor } from './outbox.ts';
export type { OutboxPosition, OutboxRow } from './outbox.ts';
export { createVoider, voidAuthorization } from './voider.ts';
export type { Voider, VoidOutcome } from './voider.ts';
