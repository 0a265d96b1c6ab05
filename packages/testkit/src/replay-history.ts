import type {
  AppliedRecord,
  CommitResult,
  Decision,
  FactVersions,
  Limit,
  OwnerRef,
  Proposal,
  StoredDecision,
  TransactionRecord,
} from '@freeway/core';
import type { LedgerHistory, NamedChain, PlannedProposal, SeenVersion } from './history.ts';
import { sortSnapshot } from './ledger-snapshot.ts';
import type { LedgerSnapshot } from './ledger-snapshot.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import type { OpenAccount, OperatorCommand } from './operator-command.ts';
import type { VoidOutcome } from './void-approval.ts';

/**
 * A ledger that a history can be replayed on. It must be empty at the start: the replay reads back everything it holds.
 */
export interface ReplayTarget {
  /** Returns the account id that the ledger gave. */
  openAccount(command: OpenAccount): Promise<string>;
  /** Returns the limit id that the ledger gave; ids must rise from call to call, since ties go to the smaller one. */
  putLimit(limit: Limit): Promise<number>;
  /** Everything but `open_account`, with the ledger's own account ids. */
  apply(command: Exclude<OperatorCommand, OpenAccount>): Promise<void>;
  /** 0: absent. */
  ownerVersion(ref: OwnerRef): Promise<number>;
  cardVersion(token: string): Promise<number>;
  /**
   * One commit. No two of the proposals share a message token or a transaction token. Results in their order, with the
   * balances that the commit left at least for balance inquiries on a known account. Chains that records know are folded
   * anew before it returns.
   */
  authorizeBatch(proposals: readonly Proposal[]): Promise<readonly CommitResult[]>;
  /** One transaction. Suspense accounts by their `suspenseName`, here and in the snapshot. */
  applyRecords(records: readonly TransactionRecord[]): Promise<readonly AppliedRecord[]>;
  /** By the message of an approval that landed after its caller was told no. */
  voidApproval(messageToken: string): Promise<VoidOutcome>;
  /** Nothing where records know no such chain. */
  assign(chain: NamedChain, accountId: string): Promise<void>;
  /** In any order of rows; accounts of the system (the null account, counterparts) left out. */
  snapshot(): Promise<LedgerSnapshot>;
  /** Each breach as one sentence. */
  invariants(): Promise<readonly string[]>;
}

/** What came of a history, in the history's own names: equal for equal ledgers. Decision ids are numbered as they appear. */
export interface ReplayOutcome {
  readonly results: readonly CommitResult[];
  /** What is listed of them is in the snapshot. */
  readonly applied: readonly Omit<AppliedRecord, 'exceptions'>[];
  readonly voids: readonly VoidOutcome[];
  readonly snapshot: LedgerSnapshot;
  readonly invariants: readonly string[];
}

export async function replayHistory(history: LedgerHistory, target: ReplayTarget): Promise<ReplayOutcome> {
  const accounts = createNames<string>();
  const limits = createNames<number>();
  for (const command of history.setUp) {
    if (command.verb === 'open_account') accounts.add(command.accountId, await target.openAccount(command));
    else if ('accountId' in command) await target.apply({ ...command, accountId: accounts.theirs(command.accountId) });
    else await target.apply(command);
  }
  for (const limit of history.limits) {
    const subject = { ...limit.subject, token: accounts.theirs(limit.subject.token) };
    limits.add(limit.limitId, await target.putLimit({ ...limit, subject }));
  }
  const results: CommitResult[] = [];
  const applied: AppliedRecord[] = [];
  const voids: VoidOutcome[] = [];
  for (const step of history.steps) {
    if (step.verb === 'record') applied.push(...(await target.applyRecords(step.records)));
    else if (step.verb === 'void') voids.push(await target.voidApproval(step.messageToken));
    else if (step.verb === 'assign') await target.assign(step, accounts.theirs(step.accountId));
    else results.push(...(await authorize(step.proposals, target, accounts, limits)));
  }
  return {
    results: numberDecisions(results.map((result) => renamed(result, limits))),
    applied: applied.map(({ status, chainToken, accountId }) =>
      inOurAccount({ status, chainToken, ...(accountId === undefined ? {} : { accountId }) }, accounts),
    ),
    voids,
    snapshot: inOurNames(await target.snapshot(), accounts, limits),
    invariants: await target.invariants(),
  };
}

async function authorize(
  planned: readonly PlannedProposal[],
  target: ReplayTarget,
  accounts: Names<string>,
  limits: Names<number>,
): Promise<CommitResult[]> {
  const results: CommitResult[] = [];
  for (const batch of withoutSharedTokens(planned)) {
    const proposals: Proposal[] = [];
    for (const each of batch) proposals.push(await resolve(each, target, accounts, limits));
    const answers = await target.authorizeBatch(proposals);
    results.push(...answers.map((answer, index) => onlyAskedBalances(answer, proposals[index])));
  }
  return results;
}

/** The in-memory ledger as a target: the outcome that any other must equal. */
export function memoryTarget(ledger: MemoryLedger): ReplayTarget {
  return {
    openAccount: async (command) => {
      ledger.apply(command);
      return command.accountId;
    },
    putLimit: async (limit) => {
      ledger.putLimit(limit);
      return limit.limitId;
    },
    apply: async (command) => ledger.apply(command),
    ownerVersion: async (ref) => ledger.ownerVersion(ref),
    cardVersion: async (token) => ledger.cardVersion(token),
    authorizeBatch: async (proposals) => {
      const results = proposals.map((proposal) => ledger.commit(proposal));
      // What an answer shows is what the commit left, and that commit is the batch's.
      const answers = results.map((result, index) => {
        const accountId = proposals[index]?.accountId;
        const balances = accountId === undefined ? undefined : ledger.balances(accountId);
        return 'balances' in result && balances !== undefined ? { ...result, balances } : result;
      });
      ledger.settle();
      return answers;
    },
    applyRecords: async (records) => ledger.record(records),
    voidApproval: async (messageToken) => ledger.voidApproval(messageToken),
    assign: async (chain, accountId) => ledger.assign(chain, accountId),
    snapshot: async () => ledger.snapshot(),
    invariants: async () => ledger.invariants(),
  };
}

interface Names<Name> {
  add(ourName: Name, theirName: Name): void;
  theirs(ourName: Name): Name;
  /** A name that is not the history's stays as it is, so that it shows in the comparison. */
  ours(theirName: Name): Name;
}

/** Two-way table between the history's names and the ledger's. */
function createNames<Name>(): Names<Name> {
  const theirs = new Map<Name, Name>();
  const ours = new Map<Name, Name>();
  return {
    add: (ourName, theirName) => {
      theirs.set(ourName, theirName);
      ours.set(theirName, ourName);
    },
    theirs: (ourName) => theirs.get(ourName) ?? ourName,
    ours: (theirName) => ours.get(theirName) ?? theirName,
  };
}

/** Cuts a batch before each proposal that shares a token with one before it: such two never travel together. */
function withoutSharedTokens(batch: readonly PlannedProposal[]): PlannedProposal[][] {
  const parts: PlannedProposal[][] = [];
  let taken = new Set<string>();
  for (const planned of batch) {
    const tokens = [`m ${planned.request.messageToken}`, `t ${planned.request.transactionToken}`];
    if (parts.length === 0 || tokens.some((token) => taken.has(token))) {
      parts.push([]);
      taken = new Set();
    }
    parts.at(-1)?.push(planned);
    for (const token of tokens) taken.add(token);
  }
  return parts;
}

async function resolve(
  planned: PlannedProposal,
  target: ReplayTarget,
  accounts: Names<string>,
  limits: Names<number>,
): Promise<Proposal> {
  const { seen, accountId, decision, ...rest } = planned;
  return {
    ...rest,
    decision: theirDecision(decision, limits),
    ...(accountId === undefined ? {} : { accountId: accounts.theirs(accountId) }),
    versions: await resolveVersions(seen, target),
  };
}

function theirDecision(decision: Decision, limits: Names<number>): Decision {
  if (decision.outcome === 'decline')
    return decision.limitId === undefined ? decision : { ...decision, limitId: limits.theirs(decision.limitId) };
  const counters = decision.reservation.counters.map((it) => ({ ...it, limitId: limits.theirs(it.limitId) }));
  return { ...decision, reservation: { ...decision.reservation, counters } };
}

/** The version that was seen, given the one that is. */
function version(current: number, seen: SeenVersion): number {
  if (seen === 'gone') return 0;
  return seen === 'ahead' ? current + 1 : current;
}

async function resolveVersions(seen: PlannedProposal['seen'], target: ReplayTarget): Promise<FactVersions> {
  const { owner, actingUser, card } = seen;
  const userVersion = (token: string) => target.ownerVersion({ kind: 'user', token });
  return {
    ...(owner && { owner: { ref: owner.ref, version: version(await target.ownerVersion(owner.ref), owner.version) } }),
    ...(actingUser && {
      actingUser: {
        token: actingUser.token,
        version: version(await userVersion(actingUser.token), actingUser.version),
      },
    }),
    ...(card && { card: { token: card.token, version: version(await target.cardVersion(card.token), card.version) } }),
  };
}

/** A ledger may leave balances out where nobody asked for them. */
function onlyAskedBalances(result: CommitResult, proposal: Proposal | undefined): CommitResult {
  if (!('balances' in result) || proposal?.request.kind === 'balance_inquiry') return result;
  return { status: result.status, decision: result.decision };
}

function renamed(result: CommitResult, limits: Names<number>): CommitResult {
  if (!('decision' in result) || result.decision.limitId === undefined) return result;
  return { ...result, decision: { ...result.decision, limitId: limits.ours(result.decision.limitId) } };
}

/** Decision ids as 1, 2, ... in order of first appearance: equal then means that the same decisions were repeated. */
function numberDecisions(results: readonly CommitResult[]): CommitResult[] {
  const numbers = new Map<string, string>();
  const numbered = (decision: StoredDecision): StoredDecision => {
    const number = numbers.get(decision.decisionId) ?? String(numbers.size + 1);
    numbers.set(decision.decisionId, number);
    return { ...decision, decisionId: number };
  };
  return results.map((result) => ('decision' in result ? { ...result, decision: numbered(result.decision) } : result));
}

/** The same row in the history's name of its account, where it has one. */
function inOurAccount<Row extends { readonly accountId?: string }>(row: Row, accounts: Names<string>): Row {
  return row.accountId === undefined ? row : { ...row, accountId: accounts.ours(row.accountId) };
}

function inOurNames(snapshot: LedgerSnapshot, accounts: Names<string>, limits: Names<number>): LedgerSnapshot {
  const named = <Row extends { readonly accountId?: string }>(row: Row): Row => inOurAccount(row, accounts);
  return sortSnapshot({
    accounts: snapshot.accounts.map(named),
    holds: snapshot.holds.map(named),
    expectedCredits: snapshot.expectedCredits.map(named),
    postings: snapshot.postings.map(named),
    exceptions: snapshot.exceptions.map(named),
    counters: snapshot.counters.map((row) => ({ ...named(row), limitId: limits.ours(row.limitId) })),
    decisions: snapshot.decisions.map((row) => ({
      ...named(row),
      ...(row.limitId === undefined ? {} : { limitId: limits.ours(row.limitId) }),
    })),
  });
}
