import type { AuthorizationRequest } from './authorization-request.ts';
import type { CounterDemand, Decision, DecisionPolicy, Reservation } from './decision.ts';
import type { DeclineReason } from './decline-reason.ts';
import type { AccountFact, CardFact, Facts, Limit, OwnerFact } from './facts.ts';
import { windowStart } from './windows.ts';

/**
 * Decides one authorization. Pure: same request, facts and policy, same answer. An approval is a proposal: counters and
 * funds are the ledger's to check, under the account's lock. The first reason of DECLINE_REASONS that applies wins.
 */
export function decide(request: AuthorizationRequest, facts: Facts, policy: DecisionPolicy): Decision {
  const unusable = refuseMessage(request);
  if (unusable !== undefined) return decline(unusable);
  if (request.kind === 'notice') return approve(NOTHING);
  const refused = refuseParties(request, facts, policy);
  if (refused !== undefined) return decline(refused);
  return isUnload(request) ? decideUnload(request, facts, policy) : decideLoad(request, facts, policy);
}

/** Unloads bring money to the account: refund authorization, original credit, single-message credit. */
export function isUnload(request: AuthorizationRequest): boolean {
  return request.kind === 'refund_authorization' || request.kind === 'original_credit' || request.kind === 'credit';
}

/** money.md *amount forms*; the ledger itself answers `token_reused`. */
function refuseMessage(request: AuthorizationRequest): DeclineReason | undefined {
  if (request.amountFault === 'unknown_currency') return 'unknown_currency';
  if (request.amountFault !== undefined) return 'invalid_amount';
  return request.kind === 'refused_method' ? 'method_not_permitted' : undefined;
}

/** money.md *payer*: no money without an owner and an account; unloads do not ask for the card (*unloads*). */
function refuseParties(request: AuthorizationRequest, facts: Facts, policy: DecisionPolicy): DeclineReason | undefined {
  if (facts.owner === undefined) return 'unknown_owner';
  const cardMissing = facts.card === undefined && (policy.unknownCard === 'decline' || request.cardToken === undefined);
  if (cardMissing && !isUnload(request)) return 'unknown_card';
  return facts.account?.currency === request.currency ? undefined : 'no_account';
}

/** money.md *loads*: status, controls, limits; funds follow in the ledger. */
function decideLoad(request: AuthorizationRequest, facts: Facts, policy: DecisionPolicy): Decision {
  const status = refuseStatus(request, facts, policy);
  if (status !== undefined) return decline(status);
  // money.md *zero*: status only, no hold, no counter.
  if (request.amountMinor === 0n || request.kind === 'verification' || request.kind === 'balance_inquiry')
    return approve(NOTHING);
  if (isCategoryBlocked(request, facts)) return decline('merchant_category_blocked');
  return applyLimits(request, facts);
}

/** money.md *unloads*: no funds, limit, merchant or card-status checks. */
function decideUnload(request: AuthorizationRequest, facts: Facts, policy: DecisionPolicy): Decision {
  if (facts.account?.state === 'closed') return decline('account_closed');
  if (facts.owner?.state === 'closed') return decline('owner_closed');
  if (request.kind === 'refund_authorization' && !policy.refundAuthorizationEnabled)
    return decline('refund_authorization_disabled');
  if (request.kind === 'original_credit') {
    if (!policy.originalCreditEnabled) return decline('original_credit_disabled');
    const max = policy.originalCreditMaxMinor;
    if (max !== undefined && request.amountMinor > max) return decline('credit_too_large');
  }
  if (request.amountMinor === 0n) return approve(NOTHING);
  return approve({ effect: 'expected_credit', messageClass: 'dual', counters: [] });
}

function refuseStatus(request: AuthorizationRequest, facts: Facts, policy: DecisionPolicy): DeclineReason | undefined {
  return (
    refuseAccount(facts.account, request) ??
    refuseOwner(facts.owner, policy) ??
    refuseActingUser(facts.actingUser) ??
    refuseCard(facts.card, request.occurredAtMs, policy)
  );
}

/** money.md *account states*. A balance may be asked for in any state but closed: it is no debit and no approval. */
function refuseAccount(account: AccountFact | undefined, request: AuthorizationRequest): DeclineReason | undefined {
  if (account?.state === 'closed') return 'account_closed';
  if (request.kind === 'balance_inquiry') return undefined;
  if (account?.state === 'closing') return 'account_closing';
  return account?.state === 'frozen' ? 'account_frozen' : undefined;
}

function refuseOwner(owner: OwnerFact | undefined, policy: DecisionPolicy): DeclineReason | undefined {
  if (owner?.state === 'closed') return 'owner_closed';
  if (owner?.state === 'suspended') return 'owner_suspended';
  if (owner?.blocked) return 'owner_blocked';
  return policy.requireActive && owner?.state !== 'active' ? 'owner_not_active' : undefined;
}

function refuseActingUser(user: OwnerFact | undefined): DeclineReason | undefined {
  if (user?.state === 'closed') return 'acting_user_closed';
  if (user?.state === 'suspended') return 'acting_user_suspended';
  return user?.blocked ? 'acting_user_blocked' : undefined;
}

/** money.md *status*: the platform's state and our block are two fields, and either suffices. */
function refuseCard(card: CardFact | undefined, atMs: number, policy: DecisionPolicy): DeclineReason | undefined {
  if (card === undefined) return undefined;
  if (card.state === 'terminated') return 'card_terminated';
  if (card.block === 'stolen') return 'card_stolen';
  if (card.block === 'lost') return 'card_lost';
  if (card.block === 'blocked_by_issuer') return 'card_blocked';
  if (card.block === 'blocked_by_cardholder') return 'card_blocked_by_cardholder';
  if (card.state === 'suspended') return 'card_suspended';
  if (card.state === 'unactivated' && policy.requireActive) return 'card_not_active';
  return card.expiresAtMs !== undefined && atMs >= card.expiresAtMs ? 'card_expired' : undefined;
}

function isCategoryBlocked(request: AuthorizationRequest, facts: Facts): boolean {
  const category = request.merchant.category;
  if (category === undefined) return false;
  return [facts.card, facts.actingUser, facts.owner].some((fact) => fact?.blockedCategories.includes(category));
}

function applyLimits(request: AuthorizationRequest, facts: Facts): Decision {
  const limits = facts.limits.filter((limit) => appliesTo(limit, request, facts));
  const isIncrement = request.kind === 'increment';
  let chainMaxMinor: bigint | undefined;
  for (const limit of limits) {
    if (limit.window !== 'transaction' || limit.maxAmountMinor === undefined) continue;
    const max = BigInt(limit.maxAmountMinor);
    if (request.amountMinor > max) return decline('transaction_amount_limit', limit.limitId);
    if (isIncrement && (chainMaxMinor === undefined || max < chainMaxMinor)) chainMaxMinor = max;
  }
  const countedAtMs = facts.chain?.countedAtMs ?? request.occurredAtMs;
  const counters: CounterDemand[] = [];
  for (const limit of limits) {
    if (limit.window !== 'transaction') counters.push(counterDemand(limit, limit.window, request, countedAtMs));
  }
  return approve({
    effect: 'hold',
    messageClass: request.kind === 'single_message' ? 'single' : 'dual',
    counters,
    ...(chainMaxMinor === undefined ? {} : { chainMaxMinor }),
  });
}

/** Limits carry a currency (money.md *Counters*); an account's limits apply to that account alone. */
function appliesTo(limit: Limit, request: AuthorizationRequest, facts: Facts): boolean {
  if (limit.currency !== request.currency) return false;
  return limit.subject.kind !== 'account' || limit.subject.token === facts.account?.accountId;
}

/** An increment takes amount, no count (money.md *back in full*), and so no bound on count can refuse it. */
function counterDemand(
  limit: Limit,
  window: 'day' | 'month',
  request: AuthorizationRequest,
  countedAtMs: number,
): CounterDemand {
  const count = request.kind === 'increment' ? 0 : 1;
  return {
    limitId: limit.limitId,
    window,
    windowStart: windowStart(window, countedAtMs),
    amountMinor: request.amountMinor,
    count,
    ...(limit.maxAmountMinor === undefined ? {} : { maxAmountMinor: BigInt(limit.maxAmountMinor) }),
    ...(limit.maxCount === undefined || count === 0 ? {} : { maxCount: limit.maxCount }),
  };
}

const NOTHING: Reservation = { effect: 'none', messageClass: 'dual', counters: [] };

function approve(reservation: Reservation): Decision {
  return { outcome: 'approve', reservation };
}

function decline(reason: DeclineReason, limitId?: number): Decision {
  return limitId === undefined ? { outcome: 'decline', reason } : { outcome: 'decline', reason, limitId };
}
