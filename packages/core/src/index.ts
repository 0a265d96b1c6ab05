// The public surface of core.
export type { AuthorizationRequest, Merchant, RequestKind } from './authorization-request.ts';
export { backoffMs } from './backoff.ts';
export { exponentOf } from './currency.ts';
export { createDeadLetterTally } from './dead-letter-tally.ts';
export { decide, isUnload } from './decide.ts';
export { formatAmount, parseAmount } from './decimal.ts';
export type { AmountFault, ParsedAmount } from './decimal.ts';
export type { CounterDemand, Decision, DecisionPolicy, Reservation } from './decision.ts';
export { DECLINE_REASONS, precedenceOf } from './decline-reason.ts';
export type { DeclineReason } from './decline-reason.ts';
export type {
  AccountFact,
  AccountState,
  CardBlock,
  CardFact,
  CardState,
  ChainFact,
  Facts,
  Limit,
  LimitSubjectKind,
  LimitWindow,
  OwnerFact,
  OwnerKind,
  OwnerRef,
  OwnerState,
} from './facts.ts';
export { Fault } from './fault.ts';
export { instantText } from './instant-text.ts';
export { limitReason } from './limit-reason.ts';
export { MAX_AMOUNT_MINOR } from './money.ts';
export type { Currency } from './money.ts';
export { ARCHIVE_COLLECTIONS } from './ports/archive.ts';
export type { Archive, ArchiveCollection, ArchiveDocument, ArchiveQuery } from './ports/archive.ts';
export { DEAD_REASONS, MAX_NAMED_IDS, UNRECORDED_ERRORS } from './ports/dead-letters.ts';
export type {
  DeadLetter,
  DeadLetterAction,
  DeadLetterFilter,
  DeadLetterList,
  DeadLetterOutcome,
  DeadLetterProgress,
  DeadLetters,
  DeadReason,
} from './ports/dead-letters.ts';
export type { FactCache, FactKind, FactSource } from './ports/facts.ts';
export type { ServiceHealth } from './ports/health.ts';
export type {
  AuthorizationLedger,
  Balances,
  CommitResult,
  FactVersions,
  Proposal,
  StoredDecision,
} from './ports/ledger.ts';
export { DEAD_LETTER_QUEUES, InvalidMessage, QUEUES, RETRY_DELAYS_MS } from './ports/queues.ts';
export type { Consumer, Delivery, Message, Publisher, QueueName, Queues, QueueStatistics } from './ports/queues.ts';
export { urlPerHost } from './url-per-host.ts';
export { windowStart } from './windows.ts';
export type { AppliedRecord, RecordLedger } from './ports/records.ts';
export type { LookedUpTransaction, RelatedTransactions, TransactionLookup } from './ports/transaction-lookup.ts';
export type {
  ChainDecision,
  ChainExpectedCredit,
  ChainFacts,
  ChainHome,
  ChainOutcome,
  ChainPosting,
} from './records/chain.ts';
export { DEFAULT_CHAIN_POLICY, RESIDUE_CATEGORIES } from './records/chain-policy.ts';
export type { ChainPolicy, ResidueCategory } from './records/chain-policy.ts';
export { firstRecordOf } from './records/first-record.ts';
export { foldChain } from './records/fold-chain.ts';
export { STAY_CATEGORIES, stayCategoryOf } from './records/merchant-category.ts';
export type { StayCategory } from './records/merchant-category.ts';
export { RECORD_EXCEPTIONS } from './records/record-exception.ts';
export type { RecordException, RecordExceptionReason } from './records/record-exception.ts';
export type {
  ClearingTerms,
  Counterpart,
  DisputeTerms,
  HoldTerms,
  RecordEffect,
  RecordLinks,
  RecordOutcome,
  SettlementFields,
  TransactionRecord,
} from './records/transaction-record.ts';
