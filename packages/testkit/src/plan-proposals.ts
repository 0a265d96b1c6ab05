import { windowStart } from '@freeway/core';
import type { AuthorizationRequest, CounterDemand, Decision, Limit, OwnerRef, RequestKind } from '@freeway/core';
import { approval } from './build-proposal.ts';
import { buildRequest } from './build-request.ts';
import type { PlannedProposal, SeenVersion } from './history.ts';

export interface Payer {
  readonly accountId: string | undefined;
  readonly owner: OwnerRef | undefined;
  readonly currency: string;
}

/** Who may pay in a history: an owner with accounts in two currencies, a business, and two that have no account. */
export const PAYERS: readonly Payer[] = [
  { accountId: '1', owner: { kind: 'user', token: 'user-1' }, currency: 'EUR' },
  { accountId: '2', owner: { kind: 'user', token: 'user-1' }, currency: 'USD' },
  { accountId: '3', owner: { kind: 'business', token: 'business-1' }, currency: 'EUR' },
  { accountId: undefined, owner: { kind: 'user', token: 'user-7' }, currency: 'EUR' },
  { accountId: undefined, owner: undefined, currency: 'EUR' },
];

/** How a proposal meets an earlier one of the history; the rest of the draft then makes its other content. */
export interface Collision {
  readonly how:
    | 'none'
    | 'repeat' // the same message again
    | 'new_message' // the same transaction and content under a new message token
    | 'new_transaction' // the same message token and content under a new transaction token
    | 'reused_message' // the same message token with other content
    | 'reused_transaction'; // the same transaction token with other content
  readonly earlier: number;
}

export const NOTHING_COLLIDES: Collision = { how: 'none', earlier: 0 };

/** The random part of a planned proposal; numbers that refer to others are taken modulo what there is. */
export interface ProposalDraft {
  readonly payer: number;
  readonly action: Exclude<RequestKind, 'refused_method'> | 'decline';
  readonly amountMinor: bigint;
  readonly card: string;
  readonly actingUser: string | undefined;
  readonly atMs: number;
  readonly expiresAtMs: number | undefined;
  /** Bit n: the payer's nth limit applies. */
  readonly limits: number;
  readonly chain: number;
  readonly chainMaxMinor: bigint | undefined;
  readonly seenOwner: SeenVersion;
  readonly seenCard: SeenVersion;
  readonly collision: Collision;
}

/** Drafts made into proposals, in order, since collisions and chains look back. Pure, so that fast-check can shrink. */
export function planProposals(
  batches: readonly (readonly ProposalDraft[])[],
  limits: readonly Limit[],
): PlannedProposal[][] {
  const earlier: PlannedProposal[] = [];
  return batches.map((batch) =>
    batch.map((draft) => {
      const planned = collide(planOne(draft, limits, earlier), draft.collision, earlier);
      earlier.push(planned);
      return planned;
    }),
  );
}

function planOne(draft: ProposalDraft, limits: readonly Limit[], earlier: readonly PlannedProposal[]): PlannedProposal {
  const base = draft.action === 'increment' ? baseOfChain(draft, earlier) : undefined;
  const payer = payerOf(base?.accountId, draft.payer);
  const request = requestOf(draft, payer, earlier.length);
  const countedAtMs = base?.countedAtMs ?? request.occurredAtMs;
  return {
    request,
    decision: decisionOf(draft, request, payer, countedAtMs, limits),
    ...(payer.accountId === undefined ? {} : { accountId: payer.accountId }),
    chainToken: base?.chainToken ?? request.transactionToken,
    countedAtMs,
    seen: {
      ...(payer.owner && { owner: { ref: payer.owner, version: draft.seenOwner } }),
      ...(draft.actingUser && { actingUser: { token: draft.actingUser, version: draft.seenOwner } }),
      card: { token: draft.card, version: draft.seenCard },
    },
    record: JSON.stringify({ nth: earlier.length }),
  };
}

/**
 * The latest hold half of the time, since an increment mostly follows what it increments; else any earlier one (approved
 * by the ledger or not), the imported hold of an account, or a chain nobody knows.
 */
function baseOfChain(
  draft: ProposalDraft,
  earlier: readonly PlannedProposal[],
): Pick<PlannedProposal, 'chainToken' | 'countedAtMs'> & { readonly accountId: string } {
  const accountId = payerOf(undefined, draft.payer).accountId ?? '1';
  const imported = { chainToken: `imported-${accountId}`, accountId, countedAtMs: Date.UTC(2026, 2, 20) };
  const unknown = { chainToken: `nobody-${accountId}`, accountId, countedAtMs: draft.atMs };
  const holds = earlier.flatMap(({ request, chainToken, countedAtMs, accountId: home }) =>
    request.kind === 'authorization' && home !== undefined ? [{ chainToken, countedAtMs, accountId: home }] : [],
  );
  const choice = draft.chain % 8;
  if (choice < 4) return holds.at(-1) ?? imported;
  if (choice < 6) return holds[Math.floor(draft.chain / 8) % Math.max(holds.length, 1)] ?? unknown;
  return choice === 6 ? imported : unknown;
}

function payerOf(accountId: string | undefined, nth: number): Payer {
  const payer =
    PAYERS.find((it) => accountId !== undefined && it.accountId === accountId) ?? PAYERS[nth % PAYERS.length];
  if (payer === undefined) throw new Error('there are payers');
  return payer;
}

function requestOf(draft: ProposalDraft, { owner, currency }: Payer, nth: number): AuthorizationRequest {
  const kind = draft.action === 'decline' ? 'authorization' : draft.action;
  const movesNothing = kind === 'verification' || kind === 'balance_inquiry' || kind === 'notice';
  return buildRequest({
    transactionToken: `transaction-${nth}`,
    messageToken: `message-${nth}`,
    kind,
    amountMinor: movesNothing ? 0n : draft.amountMinor,
    currency,
    owner,
    cardToken: draft.card,
    actingUserToken: draft.actingUser,
    occurredAtMs: draft.atMs,
    expiresAtMs: draft.expiresAtMs,
  });
}

function decisionOf(
  draft: ProposalDraft,
  request: AuthorizationRequest,
  { accountId }: Payer,
  countedAtMs: number,
  limits: readonly Limit[],
): Decision {
  const nothing = approval({ effect: 'none' });
  if (accountId === undefined)
    return request.kind === 'notice'
      ? nothing
      : { outcome: 'decline', reason: request.owner ? 'no_account' : 'unknown_owner' };
  const applying = limits.filter(
    ({ subject, limitId }) => subject.token === accountId && (draft.limits & (1 << ((limitId % 10) - 1))) !== 0,
  );
  switch (draft.action) {
    case 'decline':
      return applying[0] === undefined
        ? { outcome: 'decline', reason: 'card_suspended' }
        : { outcome: 'decline', reason: 'transaction_amount_limit', limitId: applying[0].limitId };
    case 'verification':
    case 'balance_inquiry':
    case 'notice':
      return nothing;
    case 'refund_authorization':
    case 'original_credit':
    case 'credit':
      return approval({ effect: 'expected_credit' });
    default:
      return approval({
        messageClass: draft.action === 'single_message' ? 'single' : 'dual',
        counters: applying.map((limit) => demandOf(limit, request, countedAtMs)),
        chainMaxMinor: draft.action === 'increment' ? draft.chainMaxMinor : undefined,
      });
  }
}

export function demandOf(
  limit: Limit,
  { kind, amountMinor }: AuthorizationRequest,
  countedAtMs: number,
): CounterDemand {
  const window = limit.window === 'transaction' ? 'day' : limit.window;
  return {
    limitId: limit.limitId,
    window,
    windowStart: windowStart(window, countedAtMs),
    amountMinor,
    count: kind === 'increment' ? 0 : 1,
    ...(limit.maxAmountMinor === undefined ? {} : { maxAmountMinor: BigInt(limit.maxAmountMinor) }),
    ...(limit.maxCount === undefined ? {} : { maxCount: limit.maxCount }),
  };
}

/** The draft's own proposal, or what the collision makes of it and the earlier one. */
function collide(
  planned: PlannedProposal,
  { how, earlier: nth }: Collision,
  earlier: readonly PlannedProposal[],
): PlannedProposal {
  const first = earlier[nth % Math.max(earlier.length, 1)];
  if (first === undefined) return planned;
  switch (how) {
    case 'none':
      return planned;
    case 'repeat':
      return repeatOf(first, planned);
    case 'new_message':
      return { ...first, request: { ...first.request, messageToken: planned.request.messageToken } };
    case 'new_transaction':
      return withTransactionToken(first, planned.request.transactionToken);
    // Content drawn anew may be equal by chance, which makes it a repeat: that is a case, too.
    case 'reused_message':
      return { ...planned, request: { ...planned.request, messageToken: first.request.messageToken } };
    case 'reused_transaction':
      return withTransactionToken(planned, first.request.transactionToken);
  }
}

/** Facts are loaded afresh for a repeat, and may lead to another decision: the stored one must win. */
function repeatOf(first: PlannedProposal, { decision }: PlannedProposal): PlannedProposal {
  const { owner, actingUser, card } = first.seen;
  return {
    ...first,
    decision: decision.outcome === 'decline' ? { outcome: 'decline', reason: 'card_suspended' } : first.decision,
    seen: {
      ...(owner && { owner: { ...owner, version: 'current' } }),
      ...(actingUser && { actingUser: { ...actingUser, version: 'current' } }),
      ...(card && { card: { ...card, version: 'current' } }),
    },
  };
}

/** The first of a chain gives the chain its token. */
function withTransactionToken(planned: PlannedProposal, transactionToken: string): PlannedProposal {
  const opensChain = planned.chainToken === planned.request.transactionToken;
  return {
    ...planned,
    request: { ...planned.request, transactionToken },
    ...(opensChain ? { chainToken: transactionToken } : {}),
  };
}
