import type { ChainDecision, ChainFacts, Counterpart, OwnerRef, RecordEffect, TransactionRecord } from '@freeway/core';
import * as fc from 'fast-check';
import { buildRecord } from './build-record.ts';
import { NOON_MS } from './fixed-clock.ts';

const EFFECTS: readonly RecordEffect[] = [
  'hold',
  'single',
  'increment',
  'advice',
  'release',
  'clearing',
  'expiry',
  'single_reversal',
  'expected_credit',
  'expected_credit_advice',
  'expected_credit_reversal',
  'credit',
  'credit_reversal',
  'debit',
  'dispute_provisional_credit',
  'dispute_chargeback',
  'dispute_completed',
  'dispute_take_back',
  'no_money',
  'unexplained',
];

const COUNTERPARTS: readonly Counterpart[] = ['settlement', 'adjustments', 'disputes'];

/** One of each kind of merchant, and one of no kind. */
const CATEGORIES = ['7011', '3400', '4411', '3000', '5542', '5812', '4111', '5411', undefined];

/** Tokens t1 to t5 happen; t8 and t9 are only ever named. */
const TOKENS = ['t1', 't2', 't3', 't4', 't5'];
const NAMED = [...TOKENS, 't8', 't9'];

/**
 * Everything that can be said of one chain, likely or not: any effects, in any order, of few transactions at few instants,
 * so that words replace each other, tie, contradict and refer to what is not there. The fold must have an answer to each.
 */
export function arbitraryChainFacts(): fc.Arbitrary<ChainFacts> {
  return fc.record({
    decisions: fc.uniqueArray(arbitraryDecision(), { maxLength: 3, selector: (it) => it.transactionToken }),
    // Two that tie as words and differ otherwise are no two words of one platform.
    records: fc.uniqueArray(arbitraryChainRecord(), { maxLength: 9, selector: wordOf }),
    limitIds: fc.subarray([1, 2, 3]),
  });
}

function wordOf(record: TransactionRecord): string {
  const { transactionToken, effect, source, createdAtMs, identifier, outcome, isCompleted, amountMinor } = record;
  return [transactionToken, effect, source, createdAtMs, identifier, outcome, isCompleted, amountMinor].join(' ');
}

function arbitraryDecision(): fc.Arbitrary<ChainDecision> {
  return fc
    .record({
      transactionToken: fc.constantFrom(...TOKENS),
      parent: fc.constantFrom(undefined, undefined, ...NAMED),
      effect: fc.constantFrom<ChainDecision['effect'][]>('hold', 'single', 'increment', 'expected_credit'),
      amountMinor: fc.bigInt(1n, 40n),
      accountId: fc.constantFrom('1', '2'),
      createdAtMs: arbitraryInstantMs(),
      countedAtMs: arbitraryInstantMs(),
      expiresAtMs: rarely(undefined, arbitraryInstantMs()),
      limitIds: fc.constantFrom(undefined, [1], [2, 3]),
      isImported: rarely(false, fc.constant(true)),
    })
    .map(({ parent, expiresAtMs, limitIds, ...decision }) => ({
      ...decision,
      chainToken: parent ?? decision.transactionToken,
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
      ...(limitIds === undefined ? {} : { limitIds }),
    }));
}

function arbitraryChainRecord(): fc.Arbitrary<TransactionRecord> {
  return fc
    .record({
      transactionToken: fc.constantFrom(...TOKENS),
      state: fc.constantFrom('PENDING', 'CLEARED'),
      identifier: fc.constantFrom(undefined, '9', '10', '11'),
      source: rarely('platform' as const, fc.constant('sweeper' as const)),
      effect: fc.constantFrom(...EFFECTS),
      outcome: fc.oneof(
        { weight: 8, arbitrary: fc.constant('approved' as const) },
        { weight: 2, arbitrary: fc.constantFrom('refused' as const, 'contradictory' as const) },
      ),
      amountMinor: fc.bigInt(0n, 40n),
      amountFault: rarely(undefined, fc.constantFrom('unknown_currency' as const, 'missing' as const)),
      isRounded: rarely(false, fc.constant(true)),
      counterpart: fc.constantFrom(...COUNTERPARTS),
      owner: fc.constantFrom<(OwnerRef | undefined)[]>(
        { kind: 'user', token: 'user-1' },
        { kind: 'business', token: 'business-1' },
        undefined,
      ),
      parentTransactionTokens: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 4, arbitrary: fc.subarray(NAMED, { minLength: 1, maxLength: 2 }) },
      ),
      parentMessageTokens: rarely<string[]>([], fc.constant(['m1'])),
      fundingLegToken: rarely(undefined, fc.constantFrom(...NAMED)),
      createdAtMs: arbitraryInstantMs(),
      countedAtMs: arbitraryInstantMs(),
      isCompleted: fc.boolean(),
      isFullReversal: fc.boolean(),
      fastFunds: rarely(false, fc.constant(true)),
      hold: fc.option(arbitraryTerms(), { nil: undefined }),
      clearing: arbitraryClearingTerms(),
      dispute: fc.option(
        fc.record({ caseToken: fc.constantFrom('case-1', 'case-2'), creditsCardholder: fc.boolean() }),
        { nil: undefined },
      ),
    })
    .map(({ parentTransactionTokens, parentMessageTokens, fundingLegToken, amountFault, amountMinor, ...rest }) =>
      buildRecord({
        ...rest,
        amountFault,
        amountMinor: amountFault === undefined ? amountMinor : 0n,
        links: {
          parentTransactionTokens,
          parentMessageTokens,
          ...(fundingLegToken === undefined ? {} : { fundingLegToken }),
        },
      }),
    );
}

function arbitraryTerms(): fc.Arbitrary<NonNullable<TransactionRecord['hold']>> {
  return fc
    .record({
      expiresAtMs: rarely(undefined, arbitraryInstantMs()),
      lifeCycleDays: rarely(undefined, fc.constantFrom(1, 20)),
      isPreauthorization: fc.boolean(),
      merchantCategory: fc.constantFrom(...CATEGORIES),
      isCardPresent: fc.constantFrom(undefined, true, false),
    })
    .map(({ isPreauthorization, ...optional }) => ({ isPreauthorization, ...defined(optional) }));
}

function arbitraryClearingTerms(): fc.Arbitrary<NonNullable<TransactionRecord['clearing']>> {
  return fc
    .record({
      isFinal: fc.constantFrom(undefined, undefined, true, false),
      releaseMinor: fc.constantFrom(undefined, undefined, 3n, 1000n),
      part: fc.constantFrom(undefined, undefined, { number: 1, count: 2 }, { number: 2, count: 2 }),
    })
    .map((optional) => defined(optional));
}

function arbitraryInstantMs(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 1, 1000, 86_400_000).map((ms) => NOON_MS + ms);
}

function rarely<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

/** An object without its undefined members. */
function defined<T extends object>(members: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
