import type { ClearingTerms, HoldTerms, Limit, RecordEffect, RequestKind, TransactionRecord } from '@freeway/core';
import { approval } from './build-proposal.ts';
import { buildRecord } from './build-record.ts';
import { buildRequest } from './build-request.ts';
import type { PlannedProposal } from './history.ts';
import { demandOf, type Payer } from './plan-proposals.ts';

/** What a chain can begin with. `clearing`: a force post. */
export type Opening =
  'hold' | 'single' | 'expected_credit' | 'original_credit' | 'credit' | 'debit' | 'clearing' | 'unexplained';

/** What our gateway did with a request. `silent`: the request never reached us. */
export type GatewayPart = 'approved' | 'declined' | 'silent';

/** One word of the platform about a transaction; there may be several, or none. */
export interface WordDraft {
  readonly outcome: TransactionRecord['outcome'];
  /** Another amount than was asked for. */
  readonly otherMinor: bigint | undefined;
  readonly fault: 'missing' | 'unknown_currency' | undefined;
  readonly isRounded: boolean;
  readonly isCompleted: boolean;
  readonly isSweeper: boolean;
  /** It has the platform's running number. */
  readonly isNumbered: boolean;
  readonly delayMs: number;
}

/** How a step says what it follows. `stranger`: a transaction that nobody knows. `nobody`: not at all. */
export type LinkDraft = 'first' | 'previous' | 'message' | 'order' | 'reference' | 'stranger' | 'nobody';

/** What follows the first transaction of a life. */
export interface StepDraft {
  /** Selects among what usually follows; or the effect itself. */
  readonly effect: number | RecordEffect;
  readonly amountMinor: bigint;
  readonly gapMs: number;
  readonly link: LinkDraft;
  readonly gateway: GatewayPart;
  readonly words: readonly WordDraft[];
  readonly isFull: boolean;
  readonly clearing: ClearingTerms;
  readonly caseToken: string;
  readonly creditsCardholder: boolean;
  /** The card has moved to somebody else by then. */
  readonly namesOther: boolean;
  readonly isForeign: boolean;
  /** What mirrors it as a transaction of its own. */
  readonly leg: RecordEffect | undefined;
}

export interface LifeDraft {
  readonly payer: number;
  readonly opening: Opening;
  readonly gateway: GatewayPart;
  readonly amountMinor: bigint;
  readonly card: string;
  readonly atMs: number;
  readonly terms: HoldTerms | undefined;
  readonly fastFunds: boolean;
  readonly words: readonly WordDraft[];
  readonly steps: readonly StepDraft[];
  /** Its acquirer reference is also that of other lives. */
  readonly sharesReference: boolean;
}

/** What happens in lives, in the platform's order; a decision comes before the record of its transaction. */
export type LifeEvent =
  | { readonly verb: 'authorize'; readonly proposal: PlannedProposal }
  | { readonly verb: 'record'; readonly record: TransactionRecord };

interface LifePayer extends Payer {
  readonly isClosed?: boolean;
}

/** Who pays in lives: two currencies, a business, a closed account, an owner without one, and nobody. */
export const LIFE_PAYERS: readonly LifePayer[] = [
  { accountId: '1', owner: { kind: 'user', token: 'user-1' }, currency: 'EUR' },
  { accountId: '2', owner: { kind: 'user', token: 'user-1' }, currency: 'USD' },
  { accountId: '3', owner: { kind: 'business', token: 'business-1' }, currency: 'EUR' },
  { accountId: '4', owner: { kind: 'user', token: 'user-4' }, currency: 'EUR', isClosed: true },
  { accountId: undefined, owner: { kind: 'user', token: 'user-7' }, currency: 'EUR' },
  { accountId: undefined, owner: undefined, currency: 'EUR' },
];

const OPENING_EFFECT: Readonly<Record<Opening, RecordEffect>> = {
  hold: 'hold',
  single: 'single',
  expected_credit: 'expected_credit',
  original_credit: 'expected_credit',
  credit: 'credit',
  debit: 'debit',
  clearing: 'clearing',
  unexplained: 'unexplained',
};

/** What the gateway is asked, where it is asked at all. */
const OPENING_KIND: Readonly<Partial<Record<Opening, RequestKind>>> = {
  hold: 'authorization',
  single: 'single_message',
  expected_credit: 'refund_authorization',
  original_credit: 'original_credit',
  credit: 'credit',
};

const DISPUTES: readonly RecordEffect[] = [
  'dispute_provisional_credit',
  'dispute_chargeback',
  'dispute_completed',
  'dispute_take_back',
];
const OF_CREDITS: readonly RecordEffect[] = [
  'credit',
  'credit',
  'expected_credit_advice',
  'expected_credit_reversal',
  'credit_reversal',
];

const USUAL: Readonly<Record<Opening, readonly RecordEffect[]>> = {
  hold: [
    'clearing',
    'clearing',
    'clearing',
    'increment',
    'increment',
    'advice',
    'release',
    'release',
    'expiry',
    ...DISPUTES,
  ],
  single: ['single_reversal', 'single_reversal', 'clearing', ...DISPUTES],
  expected_credit: OF_CREDITS,
  original_credit: OF_CREDITS,
  credit: ['credit_reversal', 'expected_credit_reversal'],
  debit: ['credit', 'clearing'],
  clearing: ['clearing', 'credit_reversal', 'credit', ...DISPUTES],
  unexplained: ['clearing', 'no_money'],
};

/** Drafts made into events. Pure, so that fast-check can shrink. */
export function planLives(drafts: readonly LifeDraft[], limits: readonly Limit[]): LifeEvent[] {
  const timed = drafts.flatMap((draft, nth) => planLife(draft, `life-${nth}`, limits));
  return timed.toSorted((a, b) => a.atMs - b.atMs).map(({ event }) => event);
}

interface TimedEvent {
  readonly atMs: number;
  readonly event: LifeEvent;
}

/** One transaction of a life. */
interface Transaction {
  readonly token: string;
  readonly messageToken: string;
  readonly kind: RequestKind | undefined;
  readonly chainToken: string;
  /** Whose account decides; what follows is decided on the account and by the limits of the first (money.md *chain home*). */
  readonly payer: LifePayer;
  readonly card: string;
  readonly atMs: number;
  /** Of its first record, by the platform's count. */
  readonly number: number;
  readonly countedAtMs: number;
  readonly gateway: GatewayPart;
  readonly words: readonly WordDraft[];
  /** What each of its records says, the words' own parts aside. */
  readonly record: Partial<TransactionRecord> &
    Pick<TransactionRecord, 'effect' | 'amountMinor' | 'links' | 'currency' | 'owner'>;
}

function planLife(draft: LifeDraft, life: string, limits: readonly Limit[]): TimedEvent[] {
  const payer = LIFE_PAYERS[draft.payer % LIFE_PAYERS.length];
  if (payer === undefined) throw new Error('there are payers');
  const acquirerReference = draft.sharesReference ? 'reference-shared' : `reference-${life}`;
  const first: Transaction = {
    token: life,
    messageToken: `message-${life}`,
    kind: OPENING_KIND[draft.opening],
    chainToken: life,
    payer,
    card: draft.card,
    atMs: draft.atMs,
    number: 95,
    countedAtMs: draft.atMs,
    gateway: payer.accountId === undefined || payer.isClosed === true ? 'declined' : draft.gateway,
    words: draft.words,
    record: {
      effect: OPENING_EFFECT[draft.opening],
      amountMinor: draft.amountMinor,
      currency: payer.currency,
      ...(payer.owner === undefined ? {} : { owner: payer.owner }),
      cardToken: draft.card,
      fastFunds: draft.fastFunds,
      ...(draft.terms === undefined ? {} : { hold: draft.terms }),
      links: {
        messageToken: `message-${life}`,
        parentTransactionTokens: [],
        parentMessageTokens: [],
        orderToken: `order-${life}`,
        acquirerReference,
      },
    },
  };
  const transactions = [first];
  for (const step of draft.steps) transactions.push(followUp(step, draft, transactions, life, acquirerReference));
  const legs = draft.steps.flatMap(({ leg }, index) => {
    const mirrored = transactions[index + 1];
    return leg === undefined || mirrored === undefined ? [] : legOf(mirrored, leg);
  });
  return [
    ...transactions.flatMap((transaction) => [
      ...decisionOf(transaction, limits),
      ...transaction.words.map((word, index) => wordEvent(transaction, word, index)),
    ]),
    ...legs,
  ];
}

function followUp(
  step: StepDraft,
  draft: LifeDraft,
  earlier: readonly Transaction[],
  life: string,
  acquirerReference: string,
): Transaction {
  const [first, previous] = [earlier[0], earlier.at(-1)];
  if (first === undefined || previous === undefined) throw new Error('a life begins');
  const usual = USUAL[draft.opening];
  const effect = typeof step.effect === 'string' ? step.effect : (usual[step.effect % usual.length] ?? 'clearing');
  const token = `${life}-${earlier.length}`;
  const messageToken = `message-${token}`;
  const parents = { first: [first.token], previous: [previous.token], stranger: [`stranger-${life}`] };
  const named = step.link in parents ? parents[step.link as keyof typeof parents] : [];
  const other = LIFE_PAYERS[(draft.payer + 1) % LIFE_PAYERS.length] ?? first.payer;
  // More on a hold is asked of whoever has it.
  const hasMoved = step.namesOther && effect !== 'increment';
  const { owner } = hasMoved ? other : first.payer;
  const currency = step.isForeign ? (first.payer.currency === 'EUR' ? 'USD' : 'EUR') : first.payer.currency;
  // Our gateway knows what it follows by what it names, as the record does.
  const namesKnown = step.link === 'first' || step.link === 'previous' || step.link === 'message';
  const isKnown = namesKnown && first.gateway === 'approved' && first.kind === 'authorization';
  const atMs = previous.atMs + step.gapMs;
  return {
    token,
    messageToken,
    kind: effect === 'increment' ? 'increment' : undefined,
    chainToken: isKnown ? first.token : (named[0] ?? token),
    payer: first.payer,
    card: first.card,
    atMs,
    number: previous.number + 5,
    countedAtMs: isKnown ? first.countedAtMs : atMs,
    gateway: first.payer.accountId === undefined || first.payer.isClosed === true ? 'declined' : step.gateway,
    words: step.words,
    record: {
      effect,
      amountMinor: step.amountMinor,
      currency,
      ...(owner === undefined ? {} : { owner }),
      cardToken: hasMoved ? 'card-other' : draft.card,
      fastFunds: draft.fastFunds,
      isFullReversal: step.isFull,
      clearing: step.clearing,
      dispute: { caseToken: step.caseToken, creditsCardholder: step.creditsCardholder },
      counterpart: effect.startsWith('dispute') ? 'disputes' : 'settlement',
      links: {
        messageToken,
        parentTransactionTokens: named,
        parentMessageTokens: step.link === 'message' ? [first.messageToken] : [],
        ...(step.link === 'order' ? { orderToken: `order-${life}` } : {}),
        ...(step.link === 'reference' ? { acquirerReference } : {}),
        ...(step.leg === undefined ? {} : { fundingLegToken: `leg-${token}` }),
      },
    },
  };
}

/** The decision of our gateway; it proposes what a request of the same content makes it propose. */
function decisionOf(transaction: Transaction, limits: readonly Limit[]): TimedEvent[] {
  const { token, messageToken, kind, payer, card, atMs, countedAtMs, gateway, record, chainToken } = transaction;
  if (kind === undefined || gateway === 'silent' || record.amountMinor === 0n) return [];
  const request = buildRequest({
    transactionToken: token,
    messageToken,
    kind,
    amountMinor: record.amountMinor,
    currency: payer.currency,
    owner: payer.owner,
    cardToken: card,
    occurredAtMs: atMs,
    expiresAtMs: kind === 'single_message' ? undefined : record.hold?.expiresAtMs,
  });
  const applying = limits.filter(
    ({ currency, subject, window }) =>
      window !== 'transaction' &&
      currency === payer.currency &&
      [payer.accountId, payer.owner?.token, card].includes(subject.token),
  );
  const isLoad = kind === 'authorization' || kind === 'single_message' || kind === 'increment';
  const decision =
    gateway === 'declined'
      ? ({ outcome: 'decline', reason: 'card_suspended' } as const)
      : approval({
          effect: isLoad ? 'hold' : 'expected_credit',
          messageClass: kind === 'single_message' ? 'single' : 'dual',
          counters: isLoad ? applying.map((limit) => demandOf(limit, request, countedAtMs)) : [],
        });
  const proposal: PlannedProposal = {
    request,
    decision,
    ...(payer.accountId === undefined ? {} : { accountId: payer.accountId }),
    chainToken,
    countedAtMs,
    seen: {},
    record: '{}',
  };
  return [{ atMs, event: { verb: 'authorize', proposal } }];
}

function wordEvent(transaction: Transaction, word: WordDraft, nth: number): TimedEvent {
  const { token, countedAtMs, record } = transaction;
  // Words without a number are told apart by their time.
  const atMs = transaction.atMs + (nth === 0 ? 0 : word.delayMs) + (word.isNumbered ? 0 : 7 * nth);
  const amountMinor = word.fault === undefined ? (word.otherMinor ?? record.amountMinor) : 0n;
  return {
    atMs,
    event: {
      verb: 'record',
      record: buildRecord({
        ...record,
        transactionToken: token,
        state: word.isCompleted ? 'COMPLETION' : 'PENDING',
        identifier: word.isNumbered ? String(transaction.number + nth) : undefined,
        source: word.isSweeper ? 'sweeper' : 'platform',
        outcome: word.outcome,
        amountMinor,
        amountFault: word.fault,
        isRounded: word.isRounded && word.fault === undefined,
        currency: word.fault === 'unknown_currency' ? '' : record.currency,
        owner: record.owner,
        createdAtMs: atMs,
        countedAtMs,
        isCompleted: word.isCompleted,
      }),
    },
  };
}

/** A funding leg mirrors a transaction, and moves no money of its own (money.md *funding leg*). */
function legOf({ token, atMs, record }: Transaction, effect: RecordEffect): TimedEvent {
  const leg = buildRecord({
    transactionToken: `leg-${token}`,
    effect,
    amountMinor: record.amountMinor,
    currency: record.currency,
    owner: record.owner,
    createdAtMs: atMs,
  });
  return { atMs, event: { verb: 'record', record: leg } };
}
