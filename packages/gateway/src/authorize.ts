import {
  type AuthorizationLedger,
  type AuthorizationRequest,
  type CommitResult,
  decide,
  type DecisionPolicy,
  type DeclineReason,
  Fault,
  type OwnerRef,
  type Proposal,
} from '@freeway/core';
import { type Answer, decodeRequest, type DecodeFault, encodeResponse, type UnknownMethod } from '@freeway/marqeta';
import type { Profiler, StageTimer } from '@freeway/runtime';
import type { CachedFacts } from './cached-facts.ts';
import { type GatheredFacts, gatherFacts } from './gather-facts.ts';
import { recordOf } from './record.ts';
import { beforeDeadline } from './before-deadline.ts';

/** What goes back to whoever asked, by HTTP or by message. */
export type AuthorizationAnswer =
  | { readonly kind: 'decided'; readonly status: 200 | 402; readonly body: string }
  /** Nothing can be echoed: no decision is possible (money.md *always answer*). */
  | { readonly kind: 'malformed'; readonly fault: DecodeFault }
  /** The ledger cannot answer in time and the operator wants the platform to stand in. */
  | { readonly kind: 'unavailable'; readonly detail: string };

export interface AuthorizeOptions {
  readonly facts: CachedFacts;
  readonly ledger: AuthorizationLedger;
  /** The policy for requests in a currency: amounts in it are minor units of that currency. */
  readonly policyFor: (currency: string) => DecisionPolicy;
  /** Takes a card over from the platform's word (money.md *status*, unknown card: `adopt`). */
  readonly adoptCard: (cardToken: string, owner: OwnerRef) => Promise<void>;
  /** Undoes a commit that lands although the caller was told no (money.md *doubt*). */
  readonly voidLater: (proposal: Proposal) => void;
  /** Whether `voidLater` was called for this message or its transaction, and what landed is not yet found and undone. */
  readonly wasToldNo: (request: AuthorizationRequest) => boolean;
  /** Names one arrival of a message. */
  readonly nextAttemptId: () => string;
  readonly unknownMethod: UnknownMethod;
  readonly ledgerUnavailable: 'error' | 'decline';
  readonly allow2026Reasons: boolean;
  readonly profiler: Profiler;
  readonly observe: AuthorizationObserver;
  /** Monotonic milliseconds, as `deadlineMs`. */
  readonly clock: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What operators count. All calls are synchronous and must be cheap. */
export interface AuthorizationObserver {
  decided(outcome: 'approve' | 'decline', reason: DeclineReason | undefined, repeated: boolean): void;
  malformed(code: DecodeFault['code']): void;
  unavailable(code: string, request: AuthorizationRequest, error: unknown): void;
  /** The same token with other content: an alarm (money.md *two keys*). */
  tokenReused(request: AuthorizationRequest): void;
  stale(): void;
  /** An informative message was acknowledged: nothing was decided or stored. */
  noticed(): void;
}

export interface Arrival {
  readonly source: 'http' | 'message';
  /** Monotonic milliseconds at which the first byte came. */
  readonly receivedAtMs: number;
  /** Monotonic milliseconds after which an answer is of no use (money.md *deadline*). */
  readonly deadlineMs: number;
}

export type Authorize = (body: string | Uint8Array, arrival: Arrival) => Promise<AuthorizationAnswer>;

/** Facts that keep changing under a decision are not worth more tries than this. */
const ATTEMPTS = 4;

/** One authorization: decode, look up, decide, commit, encode (architecture.md section 4). Never throws. */
export function createAuthorize(options: AuthorizeOptions): Authorize {
  const encoding = { allow2026Reasons: options.allow2026Reasons };

  return async function authorize(body, arrival) {
    const timer = options.profiler.start(arrival.receivedAtMs);
    const decoded = decodeRequest(body, { unknownMethod: options.unknownMethod, receivedAtMs: options.now() });
    timer.mark('decode');
    if (!decoded.ok) {
      options.observe.malformed(decoded.fault.code);
      return { kind: 'malformed', fault: decoded.fault };
    }
    const { request, echo } = decoded;
    // Informative messages are acknowledged; their record arrives by webhook and is booked from there.
    if (request.kind === 'notice' && request.amountFault === undefined) {
      options.observe.noticed();
      return { kind: 'decided', ...encodeResponse(echo, { outcome: 'approve' }, encoding) };
    }
    try {
      const answer = answerOf(await decideAndCommit(options, request, timer, arrival), request, options);
      return { kind: 'decided', ...encodeResponse(echo, answer, encoding) };
    } catch (error) {
      const answer = insteadOfTheLedger(error, request, options);
      if (answer === undefined) return { kind: 'unavailable', detail: 'The ledger cannot answer in time.' };
      return { kind: 'decided', ...encodeResponse(echo, answer, encoding) };
    } finally {
      timer.mark('encode');
      timer.end();
    }
  };
}

/** Decides and commits; a decision on facts that have changed meanwhile is made again on fresh ones. */
async function decideAndCommit(
  options: AuthorizeOptions,
  request: AuthorizationRequest,
  timer: StageTimer,
  arrival: Arrival,
): Promise<CommitResult> {
  const attemptId = options.nextAttemptId();
  if (options.wasToldNo(request)) throw toldNo();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const found = findFacts(options, request, timer, arrival, attempt > 1);
    const gathered = found instanceof Promise ? await found : found;
    const proposal = propose(options, request, gathered, timer, arrival, attemptId);
    const result = await commit(options, proposal, arrival.deadlineMs);
    timer.mark('commit');
    // An earlier arrival heard no while this one waited for the same commit.
    if (result.status === 'repeat' && options.wasToldNo(request)) throw toldNo();
    if (result.status !== 'stale') return result;
    options.observe.stale();
  }
  throw new Fault('contended', 'the facts changed faster than they could be read');
}

/** money.md *doubt*: an approval that is about to be voided is told to nobody. */
function toldNo(): Fault {
  return new Fault('unavailable', 'an earlier arrival of this message was told no');
}

/** A promise only where there is something to wait for. */
function findFacts(
  options: AuthorizeOptions,
  request: AuthorizationRequest,
  timer: StageTimer,
  arrival: Arrival,
  fresh: boolean,
): Promise<GatheredFacts> | GatheredFacts {
  if (request.amountFault !== undefined || request.kind === 'refused_method') return NO_FACTS;
  const gathered = gatherFacts(request, options.facts, fresh, timer);
  const known =
    gathered instanceof Promise
      ? gathered.then((facts) => withAdoptedCard(options, request, facts, timer))
      : withAdoptedCard(options, request, gathered, timer);
  return known instanceof Promise ? beforeDeadline(known, arrival.deadlineMs - options.clock()) : known;
}

function withAdoptedCard(
  options: AuthorizeOptions,
  request: AuthorizationRequest,
  gathered: GatheredFacts,
  timer: StageTimer,
): Promise<GatheredFacts> | GatheredFacts {
  const { owner, card } = gathered.facts;
  const { cardToken } = request;
  if (card !== undefined || owner === undefined || cardToken === undefined) return gathered;
  if (options.policyFor(request.currency).unknownCard !== 'adopt') return gathered;
  return options
    .adoptCard(cardToken, holderOf(request, owner))
    .then(() => gatherFacts(request, options.facts, true, timer));
}

function propose(
  options: AuthorizeOptions,
  request: AuthorizationRequest,
  { facts, versions }: GatheredFacts,
  timer: StageTimer,
  arrival: Arrival,
  attemptId: string,
): Proposal {
  const decision = decide(request, facts, options.policyFor(request.currency));
  timer.mark('decision');
  return {
    request,
    decision,
    ...(facts.account === undefined ? {} : { accountId: facts.account.accountId }),
    chainToken: facts.chain?.chainToken ?? chainNamedBy(request),
    countedAtMs: facts.chain?.countedAtMs ?? request.occurredAtMs,
    versions,
    record: recordOf(request, facts, arrival.source, timer),
    attemptId,
  };
}

async function commit(options: AuthorizeOptions, proposal: Proposal, deadlineMs: number): Promise<CommitResult> {
  try {
    return await options.ledger.authorize(proposal, deadlineMs);
  } catch (error) {
    const unknown = error instanceof Fault && error.code === 'outcome_unknown';
    if (unknown && options.ledgerUnavailable === 'decline') options.voidLater(proposal);
    throw error;
  }
}

function answerOf(result: CommitResult, request: AuthorizationRequest, { observe }: AuthorizeOptions): Answer {
  if (result.status === 'token_reused' || result.status === 'stale') {
    observe.tokenReused(request);
    observe.decided('decline', 'token_reused', false);
    return { outcome: 'decline', reason: 'token_reused' };
  }
  const { decision, balances } = result;
  observe.decided(decision.outcome, decision.reason, result.status === 'repeat');
  return balances === undefined ? decision : { ...decision, balances };
}

/** money.md *always answer*: 5xx (undefined here) only when stand-in is wanted; the operator chooses. */
function insteadOfTheLedger(
  error: unknown,
  request: AuthorizationRequest,
  { observe, ledgerUnavailable }: AuthorizeOptions,
): Answer | undefined {
  observe.unavailable(error instanceof Fault ? error.code : 'bug', request, error);
  if (ledgerUnavailable === 'error') return undefined;
  observe.decided('decline', 'ledger_unavailable', false);
  return { outcome: 'decline', reason: 'ledger_unavailable' };
}

const NO_FACTS: GatheredFacts = { facts: { limits: [] }, versions: {} };

/** An increment whose base we do not know opens the chain under the base's token: the base joins it when it arrives. */
function chainNamedBy(request: AuthorizationRequest): string {
  return (request.kind === 'increment' ? request.precedingTransactionToken : undefined) ?? request.transactionToken;
}

/** Who holds a card by the platform's word: the acting user, else the owner (money.md *ownership*). */
function holderOf(request: AuthorizationRequest, owner: OwnerRef): OwnerRef {
  return request.actingUserToken === undefined
    ? { kind: owner.kind, token: owner.token }
    : { kind: 'user', token: request.actingUserToken };
}
