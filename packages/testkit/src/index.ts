// The public surface of the testkit. Contract suites and the fault proxy have entries of their own in package.json.
export { arbitraryHistory, arbitraryProposal } from './arbitrary-history.ts';
export { arbitraryInstantMs, arbitraryRequest } from './arbitrary-request.ts';
export { buildAccount, buildCard, buildFacts, buildLimit, buildOwner } from './build-facts.ts';
export { approval, buildProposal } from './build-proposal.ts';
export { buildRequest } from './build-request.ts';
export { fixedClock, NOON_MS } from './fixed-clock.ts';
export type { FixedClock } from './fixed-clock.ts';
export type { LedgerHistory, PlannedProposal, SeenVersion } from './history.ts';
export { ledgerInvariants } from './ledger-invariants.ts';
export { snapshotLedger } from './ledger-snapshot.ts';
export type { LedgerSnapshot } from './ledger-snapshot.ts';
export type { Counterpart, LedgerState } from './ledger-state.ts';
export { createMemoryLedger } from './memory-ledger.ts';
export type { MemoryLedger } from './memory-ledger.ts';
export type { ImportHold, MoveMoney, OpenAccount, OperatorCommand, SetCreditLine } from './operator-command.ts';
export type { Overrides } from './overrides.ts';
export { memoryTarget, replayHistory } from './replay-history.ts';
export type { ReplayOutcome, ReplayTarget } from './replay-history.ts';
