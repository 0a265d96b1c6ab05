import { limitReason, precedenceOf } from '@freeway/core';
import type {
  AuthorizationRequest,
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
import { reserve } from './reserve.ts';

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

  const nothing = { taken: [], isOvertaken: false };
  if (decision.outcome === 'decline') return committed(state, store(state, proposal, decision, nothing));

  const { reservation } = decision;
  refuseNonsense(proposal, reservation, account);
  const { chainToken, isOvertaken } = knownChain(state, proposal);
  if (isOvertaken && reservation.effect !== 'none')
    return committed(state, store(state, proposal, undefined, { taken: [], isOvertaken }));
  const refusal = refuse(state, proposal, reservation, account, chainToken);
  if (refusal !== undefined) return committed(state, store(state, proposal, refusal, nothing));

  // After this point nothing can fail.
  const stored = store(state, proposal, undefined, { taken: reservation.counters, isOvertaken: false });
  if (account !== undefined) reserve(state, stored, account, chainToken);
  return committed(state, stored);
}

/**
 * What records have made of the proposal's chain (money.md *two keys*): one effect for each transaction, whoever reports it.
 * One that records came before (of itself, or of what follows it) reserves nothing; an increment on a chain that records
 * know holds under the name that they gave it.
 */
function knownChain(
  state: LedgerState,
  { request, chainToken }: Proposal,
): { chainToken: string; isOvertaken: boolean } {
  const { transactionToken, messageToken, currency, kind } = request;
  const named = (name: string) => state.chains.find((it) => it.currency === currency && it.names.has(name));
  const own = named(`transaction ${transactionToken}`) ?? named(`message ${messageToken}`);
  const chain = own ?? named(`transaction ${chainToken}`);
  if (chain === undefined) return { chainToken, isOvertaken: false };
  return { chainToken: chain.outcome.chainToken, isOvertaken: own !== undefined || kind !== 'increment' };
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
  return account.owner?.kind !== kind || account.owner.token !== token || account.currency !== request.currency;
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
  chainToken: string,
): Refusal | undefined {
  if (account === undefined || reservation.effect === 'none') return undefined;
  const amountMinor = proposal.request.amountMinor;
  if (reservation.chainMaxMinor !== undefined) {
    const heldMinor = state.holds.get(ledgerKey(account.accountId, chainToken))?.amountMinor ?? 0n;
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

/** The decision row (declines too) and its outbox row, together. */
function store(
  state: LedgerState,
  proposal: Proposal,
  refusal: Refusal | undefined,
  reserved: { readonly taken: readonly CounterDemand[]; readonly isOvertaken: boolean },
): ModelDecision {
  const { request, decision, accountId, chainToken, countedAtMs } = proposal;
  const { messageToken, transactionToken, fingerprint, amountMinor, currency, createdAtMs, expiresAtMs } = request;
  const reservation = refusal === undefined && decision.outcome === 'approve' ? decision.reservation : undefined;
  const stored: ModelDecision = {
    decisionId: String(state.decisions.length + 1),
    messageToken,
    transactionToken,
    fingerprint,
    accountId,
    outcome: refusal === undefined ? 'approve' : 'decline',
    reason: refusal?.reason,
    limitId: refusal?.limitId,
    effect: reservation === undefined ? 'none' : effectOf(reservation, request),
    messageClass: reservation?.messageClass ?? 'dual',
    amountMinor,
    currency,
    chainToken,
    createdAtMs,
    countedAtMs,
    expiresAtMs,
    ...reserved,
    isImported: false,
    isVoided: false,
  };
  state.decisions.push(stored);
  state.decisionsByMessage.set(messageToken, stored);
  state.decisionsByTransaction.set(transactionToken, stored);
  state.outbox.push({ decisionId: stored.decisionId, record: proposal.record });
  return stored;
}

function effectOf({ effect }: Reservation, { kind }: AuthorizationRequest): ModelDecision['effect'] {
  if (effect !== 'hold') return effect;
  if (kind === 'single_message') return 'single';
  return kind === 'increment' ? 'increment' : 'hold';
}

function committed(state: LedgerState, decision: ModelDecision): CommitResult {
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
