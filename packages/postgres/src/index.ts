// The public surface of the PostgreSQL adapter.
export { adoptCard, correctCardOwner } from './adopt-card.ts';
export { applyTransitions } from './apply-transitions.ts';
export type { StateTransition, TransitionOutcome } from './apply-transitions.ts';
export { authorizeBatch } from './authorize-statement.ts';
export { BY_KEY_SESSION } from './by-key-session.ts';
export { connectPostgres } from './connect.ts';
export type { PoolStatistics, Postgres, PostgresOptions, Sql } from './connect.ts';
export { startEmbeddedPostgres } from './embedded-postgres.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts';
export { createFactSource } from './fact-source.ts';
export { createLedger, HOT_SESSION } from './ledger.ts';
export type { LedgerOptions, LedgerStatistics, PostgresLedger } from './ledger.ts';
export { migrate, migrationStatus, pendingMigrations } from './migrate.ts';
export type { MigrateOptions, MigrationReport, MigrationStatus } from './migrate.ts';
export {
  moveRelayCursor,
  oldestOutboxAgeMs,
  outboxBacklog,
  pruneOutbox,
  readOutbox,
  readRelayCursor,
} from './outbox.ts';
export type { OutboxPosition, OutboxRow } from './outbox.ts';
export { readOwnTimes } from './own-times.ts';
export { forwardStoredWebhooks, storedWebhookBacklog, storeWebhooks } from './stored-webhooks.ts';
export type { StoredWebhook } from './stored-webhooks.ts';
export { createVoider, voidAuthorization } from './voider.ts';
export type { Voider, VoidOutcome } from './voider.ts';
// What an operator does, and what anyone may verify.
export { verifyLedger } from './invariants.ts';
export type { Invariant, VerifyOptions } from './invariants.ts';
export { ACCOUNT_INVARIANTS, checkAccounts, lastAccountId } from './invariants/account-check.ts';
export type { AccountCheck, AccountInvariant, CheckedAccount } from './invariants/account-check.ts';
export type { ArchivedRecord, WebhookCheck } from './invariants/webhooks.ts';
export type { AccountRecord } from './operator/account-record.ts';
export { recordAudit } from './operator/audit.ts';
export type { AuthorizationRecord } from './operator/authorization-record.ts';
export { blockCard, unblockCard } from './operator/block-card.ts';
export { blockOwner, unblockOwner } from './operator/block-owner.ts';
export type { CardRecord } from './operator/card-record.ts';
export { closeAccount } from './operator/close-account.ts';
export { creditAccount } from './operator/credit-account.ts';
export { debitAccount } from './operator/debit-account.ts';
export type { Debit } from './operator/debit-account.ts';
export type { AccountBalance, AccountRef } from './operator/find-account.ts';
export { freezeAccount, unfreezeAccount } from './operator/freeze-account.ts';
export type { LineFault } from './operator/import/fault-list.ts';
export { importRecords } from './operator/import/import-records.ts';
export type {
  ImportCounts,
  ImportLine,
  ImportOptions,
  ImportOutcome,
  ImportProgress,
  ImportSource,
} from './operator/import/import-records.ts';
export { ndjsonFile } from './operator/import/ndjson-file.ts';
export { IMPORT_TYPES } from './operator/import/record-kinds.ts';
export type { ImportType } from './operator/import/record-kinds.ts';
export type { LimitRecord } from './operator/limit-record.ts';
export { COUNTERPARTS } from './operator/move-money.ts';
export type { Counterpart, MoneyMove, Moved, MoveOutcome } from './operator/move-money.ts';
export { listAudit } from './operator/list-audit.ts';
export type { AuditFilter, ListedAudit } from './operator/list-audit.ts';
export { openAccount } from './operator/open-account.ts';
export type { ChangedFact, Put, PutOutcome, PutStatus, RefusalCode, Refused } from './operator/outcome.ts';
export type { OwnerRecord } from './operator/owner-record.ts';
export { putCard } from './operator/put-card.ts';
export { putLimit } from './operator/put-limit.ts';
export { putOwner } from './operator/put-owner.ts';
export type { StateOutcome } from './operator/set-account-state.ts';
export { setCreditLine } from './operator/set-credit-line.ts';
export type { AccountOutcome, CreditLine } from './operator/set-credit-line.ts';
export { showAccount } from './operator/show-account.ts';
export type { ShownAccount, ShownBooking, ShownHold } from './operator/show-account.ts';
export { createPostgresArchive } from './archive.ts';
export { openDatabase } from './open-database.ts';
export type { DatabaseChoice, OpenDatabase } from './open-database.ts';
export { openMigratedDatabase } from './open-migrated-database.ts';
export { createPostgresQueues } from './queue/postgres-queues.ts';
export type { PostgresQueues, PostgresQueuesOptions } from './queue/postgres-queues.ts';
// The platform's records.
export { DRIFT_KINDS, recordAgreement } from './records/agreement.ts';
export type { Difference, DriftKind, Observation, PlatformWord } from './records/agreement.ts';
export { countDrift, readDrift } from './records/agreement-list.ts';
export type { ComparedWords, Drift } from './records/agreement-list.ts';
export { findExceptionIds, listExceptions } from './records/exceptions.ts';
export type { ExceptionFilter, ExceptionList, ExceptionState, ListedException } from './records/exceptions.ts';
export { showException } from './records/exceptions-chain.ts';
export type { ShownDecision, ShownException, ShownPosting, ShownRecord } from './records/exceptions-chain.ts';
export { resolveException } from './records/exceptions-resolve.ts';
export type { Resolution, Resolved } from './records/exceptions-resolve.ts';
export { readExposure } from './records/exposure.ts';
export type { AgeBucket, Amounts, Exposure, WorstAccount } from './records/exposure.ts';
export { readSettlement, SETTLED_BOOKS, sumSettledBooks } from './records/settlement.ts';
export type { SettledBook, SettlementChoice, SettlementLine } from './records/settlement.ts';
export { createRecordLedger } from './records/record-ledger.ts';
export type { PostgresRecordLedger, RecordLedgerOptions } from './records/record-ledger.ts';
// What the sweeper works on.
export { readDueHolds } from './records/due-holds.ts';
export type { DueHold } from './records/due-holds.ts';
export { expiryRecord, notFoundRecord } from './records/evidence.ts';
export { lastRecordAgeMs } from './records/last-record-age.ts';
export { forgetLookups, rememberFound, rememberNotFound } from './records/lookups.ts';
export type { NotFound } from './records/lookups.ts';
export { readUnconfirmed, UNCONFIRMED_AGES } from './records/unconfirmed.ts';
export type { Unconfirmed, UnconfirmedAge, UnconfirmedApproval, UnconfirmedQuery } from './records/unconfirmed.ts';
export { createSessionLock } from './session-lock.ts';
export type { SessionLock } from './session-lock.ts';
// The sealed record.
export { sealBlock } from './seal/seal-block.ts';
export type { SealOptions } from './seal/seal-block.ts';
export { readHead as readSealHead } from './seal/seal-block.ts';
export { sealHistory } from './seal/seal-history.ts';
export { readSealLag } from './seal/seal-lag.ts';
export type { SealLag } from './seal/seal-lag.ts';
export { retireBlocks } from './seal/retire-blocks.ts';
export type { Retired } from './seal/retire-blocks.ts';
export { verifyChain } from './seal/verify-chain.ts';
export type { ChainProgress, ChainReport, VerifyChainOptions } from './seal/verify-chain.ts';
export type { Difference as SealDifference } from './seal/differences.ts';
// Who may do what in the database.
export { applyRoles, repairGrants, rolesAsSql } from './roles/apply-roles.ts';
export type { AppliedRoles } from './roles/apply-roles.ts';
export { QUEUE_ROLE, ROLES, roleName } from './roles/role-grants.ts';
export type { Role } from './roles/role-grants.ts';
