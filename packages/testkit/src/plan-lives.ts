import type { Limit, RecordEffect, RequestKind } from '@freeway/core';
import type { AssignmentDraft, LifeDraft, Opening, StepDraft } from './life-draft.ts';
import {
  decisionEvents,
  legEvent,
  type LifeEvent,
  type LifeTransaction,
  type TimedEvent,
  wordEvent,
} from './life-events.ts';
import { LIFE_PAYERS } from './life-payers.ts';

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
export function planLives(
  drafts: readonly LifeDraft[],
  limits: readonly Limit[],
  assignment?: AssignmentDraft,
): LifeEvent[] {
  const timed = drafts.flatMap((draft, nth) => planLife(draft, `life-${nth}`, limits));
  const events = timed.toSorted((a, b) => a.atMs - b.atMs).map(({ event }) => event);
  return assignment === undefined
    ? events
    : events.toSpliced(assignment.place % (events.length + 1), 0, ...assign(assignment, drafts.length));
}

function assign({ life, payer }: AssignmentDraft, lives: number): LifeEvent[] {
  const { accountId, currency } = LIFE_PAYERS[payer % LIFE_PAYERS.length] ?? {};
  if (accountId === undefined || currency === undefined) return [];
  return [{ verb: 'assign', transactionToken: `life-${life % lives}`, currency, accountId }];
}

function planLife(draft: LifeDraft, life: string, limits: readonly Limit[]): TimedEvent[] {
  const payer = LIFE_PAYERS[draft.payer % LIFE_PAYERS.length];
  if (payer === undefined) throw new Error('there are payers');
  const acquirerReference = draft.sharesReference ? 'reference-shared' : `reference-${life}`;
  const first: LifeTransaction = {
    token: life,
    messageToken: `message-${life}`,
    kind: OPENING_KIND[draft.opening],
    chainToken: life,
    payer,
    card: draft.card,
    atMs: draft.atMs,
    number: 95,
    countedAtMs: draft.atMs,
    isVoided: draft.isVoided,
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
    return leg === undefined || mirrored === undefined ? [] : legEvent(mirrored, leg);
  });
  return [
    ...transactions.flatMap((transaction) => [
      ...decisionEvents(transaction, limits),
      ...transaction.words.map((word, index) => wordEvent(transaction, word, index)),
    ]),
    ...legs,
  ];
}

function followUp(
  step: StepDraft,
  draft: LifeDraft,
  earlier: readonly LifeTransaction[],
  life: string,
  acquirerReference: string,
): LifeTransaction {
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
    isVoided: step.isVoided,
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
