import { limitReason, precedenceOf } from '@freeway/core';
import type {
  Balances,
  CommitResult,
  CounterDemand,
  DeclineReason,
  FactVersions,
  Proposal,
  Reservation,
  StoredDecision,
} from '@freeway/core';
import { availableMinor, balancesOf, ledgerKey } from './ledger-state.ts';
import type { LedgerState, ModelAccount, ModelDecision } from './ledger-state.ts';

interface Refusal {
  readonly reason: DeclineReason;
  readonly limitId?: number;
}

/**
 * The ledger's commit, said once and exactly: one proposal at a time, in the order two keys, versions, bounds, funds,
 * writes. Written from money.md and the port's docs; whatever SQL does with a batch must equal this, in batch order.
 * @throws Error for a proposal that no gateway makes: an unknown account, or money moved without account or amount
 */
export function commitProposal(state: LedgerState, proposal: Proposal): CommitResult {
  const { request, decision } = proposal;
  // *two keys*, across all accounts and the null account: other content means another owner, too.
  const known =
    state.decisionsByMessage.get(request.messageToken) ?? state.decisionsByTransaction.get(request.transactionToken);
  if (known !== undefined) {
    if (known.fingerprint !== request.fingerprint) return { status: 'token_reused' };
    return { status: 'repeat', decision: storedDecision(known), ...knownBalances(state, known.accountId) };
  }
  const account = accountOf(state, proposal);
  if (isStale(state, proposal.versions) || isForeign(account, proposal)) return { status: 'stale' };

  if (decision.outcome === 'decline') return store(state, proposal, decision, []);
  const { reservation } = decision;
  refuseNonsense(proposal, reservation, account);
  const refusal = refuse(state, proposal, reservation, account);
  if (refusal !== undefined) return store(state, proposal, refusal, []);

  // After this point nothing can fail.
  if (account !== undefined) reserve(state, proposal, reservation, account);
  return store(state, proposal, undefined, reservation.counters);
}

/** Any version that was looked up and differs from the current one; 0 is absent, then and now. */
function isStale(state: LedgerState, { owner, actingUser, card }: FactVersions): boolean {
  const ownerVersion = (kind: string, token: string) => state.ownerVersions.get(ledgerKey(kind, token)) ?? 0;
  return (
    (owner !== undefined && owner.version !== ownerVersion(owner.ref.kind, owner.ref.token)) ||
    (actingUser !== undefined && actingUser.version !== ownerVersion('user', actingUser.token)) ||
    (card !== undefined && card.version !== (state.cardVersions.get(card.token) ?? 0))
  );
}

/** A cached fact may name an account that is not the payer's, or not in this currency: it is no fact of this ledger. */
function isForeign(account: ModelAccount | undefined, { request, versions }: Proposal): boolean {
  if (account === undefined || versions.owner === undefined) return false;
  const { kind, token } = versions.owner.ref;
  return account.owner.kind !== kind || account.owner.token !== token || account.currency !== request.currency;
}

function accountOf(state: LedgerState, proposal: Proposal): ModelAccount | undefined {
  if (proposal.accountId === undefined) return undefined;
  const account = state.accounts.get(proposal.accountId);
  if (account === undefined) throw new Error(`a proposal names the unknown account ${proposal.accountId}`);
  return account;
}

function refuseNonsense({ request }: Proposal, reservation: Reservation, account: ModelAccount | undefined): void {
  if (reservation.effect === 'none') {
    if (reservation.counters.length > 0) throw new Error('*zero*: what moves nothing takes nothing from a counter');
    return;
  }
  if (account === undefined) throw new Error('*payer*: money cannot be reserved without an account');
  if (account.currency !== request.currency) throw new Error('*payer*: an account pays in its own currency');
  if (request.amountMinor <= 0n) throw new Error('*zero*: a reservation without an amount');
}

/** In the order of DECLINE_REASONS: the chain's total, counters, funds. */
function refuse(
  state: LedgerState,
  proposal: Proposal,
  reservation: Reservation,
  account: ModelAccount | undefined,
): Refusal | undefined {
  if (account === undefined || reservation.effect === 'none') return undefined;
  const amountMinor = proposal.request.amountMinor;
  if (reservation.chainMaxMinor !== undefined) {
    const heldMinor = state.holds.get(ledgerKey(account.accountId, proposal.chainToken))?.amountMinor ?? 0n;
    if (heldMinor + amountMinor > reservation.chainMaxMinor) return { reason: 'transaction_amount_limit' };
  }
  const counter = reservation.counters
    .flatMap((demand) => failingBounds(state, account, demand))
    .toSorted(byPrecedence);
  if (counter[0] !== undefined) return counter[0];
  if (reservation.effect === 'hold' && availableMinor(account) < amountMinor) return { reason: 'insufficient_funds' };
  return undefined;
}

function failingBounds(state: LedgerState, account: ModelAccount, demand: CounterDemand): Refusal[] {
  const { limitId, window, maxAmountMinor, maxCount } = demand;
  const counter = state.counters.get(ledgerKey(account.accountId, limitId, demand.windowStart));
  const failing: Refusal[] = [];
  if (maxAmountMinor !== undefined && (counter?.amountMinor ?? 0n) + demand.amountMinor > maxAmountMinor)
    failing.push({ reason: limitReason(window, 'amount'), limitId });
  if (maxCount !== undefined && (counter?.count ?? 0) + demand.count > maxCount)
    failing.push({ reason: limitReason(window, 'count'), limitId });
  return failing;
}

function byPrecedence(a: Refusal, b: Refusal): number {
  return precedenceOf(a.reason) - precedenceOf(b.reason) || (a.limitId ?? 0) - (b.limitId ?? 0);
}

/** money.md *nothing is posted on our own word*: a hold or an expected credit, never `posted`. */
function reserve(state: LedgerState, proposal: Proposal, reservation: Reservation, account: ModelAccount): void {
  const { request, chainToken, countedAtMs } = proposal;
  const { accountId } = account;
  if (reservation.effect === 'hold') {
    const key = ledgerKey(accountId, chainToken);
    const hold = state.holds.get(key) ?? {
      accountId,
      chainToken,
      messageClass: reservation.messageClass,
      countedAtMs,
      amountMinor: 0n,
      expiresAtMs: undefined,
    };
    hold.amountMinor += request.amountMinor;
    // A single hold never expires by time (money.md *nothing is posted on our own word*).
    if (reservation.messageClass === 'dual') hold.expiresAtMs = newest(hold.expiresAtMs, request.expiresAtMs);
    state.holds.set(key, hold);
    account.heldMinor += request.amountMinor;
  }
  if (reservation.effect === 'expected_credit') {
    const { transactionToken, amountMinor } = request;
    state.expectedCredits.set(ledgerKey(accountId, transactionToken), { accountId, transactionToken, amountMinor });
    account.pendingCreditMinor += amountMinor;
  }
  for (const { limitId, windowStart, amountMinor, count } of reservation.counters) {
    const key = ledgerKey(accountId, limitId, windowStart);
    const counter = state.counters.get(key) ?? { accountId, limitId, windowStart, amountMinor: 0n, count: 0 };
    counter.amountMinor += amountMinor;
    counter.count += count;
    state.counters.set(key, counter);
  }
}

function newest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

/** The decision row (declines too) and its outbox row, together. */
function store(
  state: LedgerState,
  proposal: Proposal,
  refusal: Refusal | undefined,
  taken: readonly CounterDemand[],
): CommitResult {
  const { messageToken, transactionToken, fingerprint } = proposal.request;
  const decision: ModelDecision = {
    decisionId: String(state.decisions.length + 1),
    messageToken,
    transactionToken,
    fingerprint,
    accountId: proposal.accountId,
    outcome: refusal === undefined ? 'approve' : 'decline',
    reason: refusal?.reason,
    limitId: refusal?.limitId,
    taken,
  };
  state.decisions.push(decision);
  state.decisionsByMessage.set(messageToken, decision);
  state.decisionsByTransaction.set(transactionToken, decision);
  state.outbox.push({ decisionId: decision.decisionId, record: proposal.record });
  return { status: 'committed', decision: storedDecision(decision), ...knownBalances(state, decision.accountId) };
}

function storedDecision({ decisionId, outcome, reason, limitId }: ModelDecision): StoredDecision {
  return {
    decisionId,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(limitId === undefined ? {} : { limitId }),
  };
}

/** As of now, for a repeat too: a repeated balance inquiry tells what is there, not what was. */
function knownBalances(state: LedgerState, accountId: string | undefined): { readonly balances?: Balances } {
  const account = accountId === undefined ? undefined : state.accounts.get(accountId);
  return account === undefined ? {} : { balances: balancesOf(account) };
}
