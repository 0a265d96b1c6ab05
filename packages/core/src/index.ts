// The public surface of core.
export type { AuthorizationRequest, Merchant, RequestKind } from './authorization-request.ts';
export { backoffMs } from './backoff.ts';
export { exponentOf } from './currency.ts';
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
  LimitsFact,
  LimitSubjectKind,
  LimitWindow,
  OwnerFact,
  OwnerKind,
  OwnerRef,
  OwnerState,
} from './facts.ts';
export { Fault } from './fault.ts';
export { limitReason } from './limit-reason.ts';
export { MAX_AMOUNT_MINOR } from './money.ts';
export type { Currency } from './money.ts';
export { ARCHIVE_COLLECTIONS } from './ports/archive.ts';
export type { Archive, ArchiveCollection, ArchiveDocument, ArchiveQuery } from './ports/archive.ts';
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
export { windowStart } from './windows.ts';
