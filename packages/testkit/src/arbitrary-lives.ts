import type { ClearingTerms, HoldTerms, Limit, RecordEffect } from '@freeway/core';
import * as fc from 'fast-check';
import type { Arrangement } from './arrange-lives.ts';
import { NOON_MS } from './fixed-clock.ts';
import type { LedgerHistory } from './history.ts';
import type { OperatorCommand } from './operator-command.ts';
import type { LifeDraft, StepDraft, WordDraft } from './life-draft.ts';
import type { LifeEvent } from './life-events.ts';
import { LIFE_PAYERS } from './life-payers.ts';
import { planLives } from './plan-lives.ts';

/** Lives, and the ledger in which they happen. */
export interface Lives {
  readonly setUp: LedgerHistory['setUp'];
  readonly limits: readonly Limit[];
  readonly events: readonly LifeEvent[];
}

/**
 * Whole lives of a few chains, over few accounts and at few instants, so that everything meets: each with what the gateway
 * decided, what the platform said of it, and what followed.
 *
 * `isAmple`: money and limits for all of it, a word of the platform about all that was decided, cards that stay, and lives that never join:
 * then not even the place of a decision among the records changes how it ends.
 */
export function arbitraryLives({ isAmple = false } = {}): fc.Arbitrary<Lives> {
  return fc
    .record({
      funds: fc.tuple(...LIFE_PAYERS.map((payer) => arbitraryFunds(payer, isAmple))),
      limits: arbitraryLimits(isAmple),
      drafts: fc.array(arbitraryLife(isAmple), { minLength: 1, maxLength: 5 }),
      assignment: isAmple
        ? fc.constant(undefined)
        : rarely(undefined, fc.record({ life: fc.nat(4), payer: fc.nat(4), place: fc.nat() })),
    })
    .map(({ funds, limits, drafts, assignment }) => ({
      setUp: [...openAccounts(), ...funds.flat()],
      limits,
      events: planLives(drafts, limits, assignment),
    }));
}

/** Any order of arrival, in batches of any size, with repeats and crashes. */
export function arbitraryArrangement(): fc.Arbitrary<Arrangement> {
  return fc.record({
    delays: fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 12 }),
    batchSizes: fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 4 }),
    repeats: fc.array(fc.record({ nth: fc.nat(), later: fc.integer({ min: 0, max: 30 }) }), { maxLength: 4 }),
    crashes: fc.array(fc.nat(), { maxLength: 2 }),
  });
}

function openAccounts(): OperatorCommand[] {
  return LIFE_PAYERS.flatMap(({ accountId, owner, currency, isClosed }) =>
    accountId === undefined || owner === undefined
      ? []
      : [{ verb: 'open_account', accountId, owner, currency, state: isClosed === true ? 'closed' : 'open' }],
  );
}

function arbitraryFunds(
  { accountId, isClosed }: (typeof LIFE_PAYERS)[number],
  isAmple: boolean,
): fc.Arbitrary<OperatorCommand[]> {
  if (accountId === undefined || isClosed === true) return fc.constant([]);
  return fc
    .record({
      amountMinor: isAmple ? fc.constant(1_000_000n) : fc.constantFrom(0n, 60n, 500n, 100_000n),
      imported: rarely(0n, fc.constant(40n)),
    })
    .map(({ amountMinor, imported }) => {
      const commands: OperatorCommand[] = [];
      const key = `opening-${accountId}`;
      if (amountMinor > 0n) commands.push({ verb: 'credit', accountId, amountMinor, key, counterpart: 'funding' });
      // The first life may be one that the operator told of at the cut-over, and records of it follow.
      const [countedAtMs, expiresAtMs] = [NOON_MS - 1000, NOON_MS + 86_400_000];
      const hold = { accountId, chainToken: 'life-0', amountMinor: imported, countedAtMs, expiresAtMs };
      if (imported > 0n && accountId === '1') commands.push({ verb: 'import_hold', ...hold });
      return commands;
    });
}

/** On an account, its owner and a card, in both currencies, tight or loose. */
function arbitraryLimits(isAmple: boolean): fc.Arbitrary<Limit[]> {
  const amount = isAmple ? fc.constant('1000000') : fc.constantFrom('0', '50', '150', '1000000');
  const count = isAmple ? fc.constant(1000) : fc.constantFrom(0, 2, 5, 1000);
  const limit = (limitId: number, subject: Limit['subject'], currency: string, window: Limit['window']) =>
    fc.record({ maxAmountMinor: amount, maxCount: count }).map((bounds): Limit => {
      return { limitId, token: `limit-${limitId}`, subject, currency, window, ...bounds };
    });
  return fc.tuple(
    limit(1, { kind: 'account', token: '1' }, 'EUR', 'day'),
    limit(2, { kind: 'account', token: '2' }, 'USD', 'month'),
    limit(3, { kind: 'user', token: 'user-1' }, 'EUR', 'month'),
    limit(4, { kind: 'card', token: 'card-1' }, 'EUR', 'day'),
    limit(5, { kind: 'card', token: 'card-other' }, 'USD', 'day'),
    limit(6, { kind: 'business', token: 'business-1' }, 'EUR', 'day'),
    limit(7, { kind: 'account', token: '3' }, 'EUR', 'transaction'),
  );
}

function arbitraryLife(isAmple: boolean): fc.Arbitrary<LifeDraft> {
  return fc.record({
    payer: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.nat(LIFE_PAYERS.length - 1) }),
    opening: fc.oneof(
      { weight: 6, arbitrary: fc.constant('hold' as const) },
      { weight: 3, arbitrary: fc.constantFrom('single', 'expected_credit', 'clearing') },
      { weight: 2, arbitrary: fc.constantFrom('original_credit', 'credit', 'debit', 'unexplained') },
    ),
    gateway: fc.constantFrom('approved', 'approved', 'approved', 'declined', 'silent'),
    isVoided: isAmple ? fc.constant(false) : rarely(false, fc.constant(true)),
    amountMinor: arbitraryAmount(),
    card: rarely('card-1', fc.constant('card-2')),
    atMs: arbitraryStartMs(),
    terms: fc.option(arbitraryTerms(), { nil: undefined }),
    fastFunds: rarely(false, fc.constant(true)),
    words: isAmple ? fc.array(arbitraryWord(isAmple), { minLength: 1, maxLength: 3 }) : arbitraryWords(),
    steps: fc.array(arbitraryStep(isAmple), { maxLength: 6 }),
    sharesReference: isAmple ? fc.constant(false) : rarely(false, fc.constant(true)),
  });
}

function arbitraryStep(isAmple: boolean): fc.Arbitrary<StepDraft> {
  return fc.record({
    effect: fc.oneof(
      { weight: 10, arbitrary: fc.nat(60) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<RecordEffect[]>('hold', 'single', 'credit', 'debit', 'unexplained', 'no_money'),
      },
    ),
    amountMinor: arbitraryAmount(),
    gapMs: fc.constantFrom(0, 0, 1, 1000, 60_000, 86_400_000),
    link: fc.oneof(
      { weight: 6, arbitrary: fc.constant('first' as const) },
      { weight: 5, arbitrary: fc.constantFrom('previous', 'message', 'order', 'reference') },
      { weight: 2, arbitrary: fc.constantFrom('stranger', 'nobody') },
    ),
    gateway: fc.constantFrom('approved', 'approved', 'declined', 'silent'),
    isVoided: isAmple ? fc.constant(false) : rarely(false, fc.constant(true)),
    words: isAmple ? fc.array(arbitraryWord(isAmple), { minLength: 1, maxLength: 2 }) : arbitraryWords(),
    isFull: fc.boolean(),
    clearing: arbitraryClearing(),
    caseToken: rarely('case-1', fc.constant('case-2')),
    creditsCardholder: fc.boolean(),
    namesOther: isAmple ? fc.constant(false) : rarely(false, fc.constant(true)),
    isForeign: rarely(false, fc.constant(true)),
    leg: rarely(undefined, fc.constantFrom<RecordEffect[]>('no_money', 'debit', 'credit')),
  });
}

/** Mostly one, sometimes the second corrects the first, sometimes the platform is silent. */
function arbitraryWords(): fc.Arbitrary<WordDraft[]> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(arbitraryWord(), { minLength: 1, maxLength: 1 }) },
    { weight: 3, arbitrary: fc.array(arbitraryWord(), { maxLength: 3 }) },
  );
}

function arbitraryWord(namesCurrency = false): fc.Arbitrary<WordDraft> {
  return fc.record({
    outcome: fc.oneof(
      { weight: 8, arbitrary: fc.constant('approved' as const) },
      { weight: 2, arbitrary: fc.constantFrom('refused', 'refused', 'contradictory') },
    ),
    otherMinor: rarely(undefined, arbitraryAmount()),
    fault: rarely(
      undefined,
      namesCurrency ? fc.constant('missing') : fc.constantFrom('missing' as const, 'unknown_currency' as const),
    ),
    isRounded: rarely(false, fc.constant(true)),
    isCompleted: fc.boolean(),
    isSweeper: rarely(false, fc.constant(true)),
    isNumbered: rarely(true, fc.constant(false)),
    delayMs: fc.constantFrom(0, 1, 1000),
  });
}

function arbitraryTerms(): fc.Arbitrary<HoldTerms> {
  return fc
    .record({
      expiresAtMs: fc.constantFrom(undefined, NOON_MS + 86_400_000, NOON_MS + 3 * 86_400_000),
      lifeCycleDays: rarely(undefined, fc.constant(20)),
      isPreauthorization: fc.boolean(),
      merchantCategory: fc.constantFrom('7011', '3400', '4411', '3000', '5542', '5812', '4111', '5411'),
      isCardPresent: fc.boolean(),
    })
    .map(({ expiresAtMs, lifeCycleDays, ...terms }) => ({
      ...terms,
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
      ...(lifeCycleDays === undefined ? {} : { lifeCycleDays }),
    }));
}

function arbitraryClearing(): fc.Arbitrary<ClearingTerms> {
  return fc.constantFrom<ClearingTerms[]>(
    {},
    {},
    { isFinal: true },
    { isFinal: true, releaseMinor: 5n },
    { isFinal: false },
    { part: { number: 1, count: 2 } },
    { part: { number: 2, count: 2 } },
  );
}

/** Few, so that they are often equal; sometimes nothing. */
function arbitraryAmount(): fc.Arbitrary<bigint> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(10n, 20n, 30n, 50n) },
    { weight: 4, arbitrary: fc.bigInt(1n, 80n) },
    { weight: 1, arbitrary: fc.constant(0n) },
  );
}

/** Around noon, and around the edge of a month. */
function arbitraryStartMs(): fc.Arbitrary<number> {
  const edgeMs = Date.UTC(2026, 3, 1);
  return fc.constantFrom(NOON_MS, NOON_MS, NOON_MS + 500, NOON_MS + 60_000, edgeMs - 1, edgeMs);
}

function rarely<T, U>(usual: T, other: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 10, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}
