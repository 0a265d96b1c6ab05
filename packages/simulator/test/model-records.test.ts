import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../src/check-answer.ts';
import { createModel, MESSAGE_KINDS, type Model } from '../src/index.ts';
import { createPlatform, type Platform } from '../src/lives/platform.ts';
import { networkStandIn } from '../src/lives/conclude.ts';
import { message, NOON, programme } from './fixture.ts';
import type { Happening } from '../src/records/happening.ts';
import type { Message } from '../src/message.ts';
import type { RecordKindName } from '../src/records/record-kind.ts';

const idle = (): boolean => false;

/** A model of 100.00 USD with a platform that tells it what happened. */
function start(limits: Parameters<typeof programme>[0] = {}) {
  const model = createModel(programme(limits));
  const platform = createPlatform({ model, now: () => NOON + 10_000, send: () => undefined });
  return { model, platform };
}

function approve(model: Model, sent: Message): Message {
  model.settle(sent, model.predict(sent), { status: 200 });
  return sent;
}

function bookAll(model: Model): void {
  for (const token of model.awaited()) model.arrived(token, idle);
}

describe('answers while records are on their way', () => {
  it('may be either where they hang on one of them, and are exact once it is booked', () => {
    const { model, platform } = start();
    const first = approve(model, message({ amountText: '60' }));
    platform.conclude(networkStandIn(first, false));
    expect(model.predict(message({ amountText: '41' }))).toMatchObject({ status: 402 });
    platform.followUp('full_reversal', first, { amountMinor: 60_00n });
    const sent = message({ amountText: '41' });
    expect(model.predict(sent)).toEqual({
      status: 200,
      alsoRight: [{ status: 402, declineReason: 'INSUFFICIENT_FUNDS' }],
      basis: 'new',
    });
    // What no record can change stays certain.
    expect(model.predict(message({ amountText: '40' }))).not.toHaveProperty('alsoRight');
    expect(model.predict(message({ amountText: '100.01' }))).toMatchObject({ declineReason: 'INSUFFICIENT_FUNDS' });
    expect(model.predict(message({ amountText: '100.01' }))).not.toHaveProperty('alsoRight');
    bookAll(model);
    expect(model.predict(sent)).toEqual({ status: 200, basis: 'new' });
  });

  it('may be either where a limit hangs on one of them', () => {
    const { model, platform } = start({ limits: [{ window: 'day', maxCount: 1, maxAmountMinor: 50_00n }] });
    const first = approve(model, message({ amountText: '30' }));
    platform.conclude({ ...networkStandIn(first, false), verdict: { isApproved: false, code: '1812', memo: 'no' } });
    expect(model.predict(message({ amountText: '30' })).alsoRight?.map(({ declineReason }) => declineReason)).toEqual([
      'AMOUNT_LIMIT_EXCEEDED',
      'TRANSACTION_COUNT_LIMIT_EXCEEDED',
    ]);
    bookAll(model);
    expect(model.predict(message({ amountText: '30' }))).toEqual({ status: 200, basis: 'new' });
    expect([...model.expectedCounters()]).toMatchObject([{ amountMinor: 0n, count: 0 }]);
  });

  it('may be either while a card or its holder is on the way to another state', () => {
    const { model } = start();
    model.moveCard('c', 'suspended');
    expect(model.predict(message()).alsoRight).toEqual([{ status: 402, declineReason: 'CARD_NOT_ACTIVE' }]);
    model.moveUser('u', 'suspended');
    expect(model.predict(message()).alsoRight).toEqual([
      { status: 402, declineReason: 'CARDHOLDER_NOT_ACTIVE' },
      { status: 402, declineReason: 'CARD_NOT_ACTIVE' },
    ]);
  });

  it('tell balances within what the records can make of them', () => {
    const { model, platform } = start();
    const first = approve(model, message({ amountText: '60' }));
    platform.conclude(networkStandIn(first, false));
    platform.followUp('clearing', first, { amountMinor: 40_00n, clearing: { isFinal: true } });
    const inquiry = message({ kind: MESSAGE_KINDS.balance_inquiry, amountText: '0' });
    const prediction = model.predict(inquiry);
    expect(prediction).toMatchObject({
      balances: { postedMinor: 60_00n, availableMinor: 40_00n, pendingMinor: 0n },
      balancesUpTo: { postedMinor: 100_00n, availableMinor: 60_00n, pendingMinor: 0n },
    });
    const answer = (posted: string, available: string) => ({
      status: 200,
      body:
        `{"jit_funding":{"token":"${inquiry.messageToken}","method":"pgfs.balanceinquiry","user_token":"u","amount":0,` +
        `"balances":{"USD":{"currency_code":"USD","ledger_balance":${posted},"available_balance":${available},` +
        `"credit_balance":0,"pending_credits":0}}}}`,
    });
    expect(checkAnswer(inquiry, prediction, answer('60', '60.00'))).toEqual([]);
    expect(checkAnswer(inquiry, prediction, answer('100', '40'))).toEqual([]);
    expect(checkAnswer(inquiry, prediction, answer('59.99', '60.01'))).toEqual([
      'balances.USD.ledger_balance 59.99, expected 60.00 to 100.00',
      'balances.USD.available_balance 60.01, expected 40.00 to 60.00',
    ]);
    bookAll(model);
    expect(model.predict(inquiry)).not.toHaveProperty('balancesUpTo');
    expect(checkAnswer(inquiry, model.predict(inquiry), answer('60', '60'))).toEqual([]);
  });

  it('accepts an answer that is also right, and no other', () => {
    const sent = message();
    const prediction = {
      status: 200,
      alsoRight: [{ status: 402, declineReason: 'INSUFFICIENT_FUNDS' }],
      basis: 'new',
    } as const;
    const echo = `"token":"${sent.messageToken}","method":"pgfs.authorization","user_token":"u","amount":10`;
    const declined = (reason: string) => ({
      status: 402,
      body: `{"jit_funding":{${echo},"decline_reason":"${reason}"}}`,
    });
    expect(checkAnswer(sent, prediction, { status: 200, body: `{"jit_funding":{${echo}}}` })).toEqual([]);
    expect(checkAnswer(sent, prediction, declined('INSUFFICIENT_FUNDS'))).toEqual([]);
    expect(checkAnswer(sent, prediction, declined('INVALID_CARD'))).toEqual(['status 402, expected 200']);
  });

  it('keep an account open while the gateway is deciding on it', () => {
    const { model, platform } = start();
    platform.conclude(networkStandIn(message(), false));
    const [token = ''] = [...model.awaited()];
    model.arrived(token, () => true);
    expect([...model.awaited()]).toEqual([token]);
    model.arrived(token, idle);
    expect([...model.awaited()]).toEqual([]);
  });

  it('are certain in the end where the gateway never answered but the record tells', () => {
    const { model, platform } = start();
    const sent = message({ amountText: '60' });
    model.suspect(sent);
    platform.conclude({ ...networkStandIn(sent, false), verdict: { isApproved: false, code: '1016', memo: 'no' } });
    expect(model.predict(message({ amountText: '50' })).alsoRight).toEqual([
      { status: 402, declineReason: 'INSUFFICIENT_FUNDS' },
    ]);
    bookAll(model);
    expect(model.predict(message({ amountText: '50' }))).toEqual({ status: 200, basis: 'new' });
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 0n, certain: true }]);
  });
});

const FOLLOW_UPS: RecordKindName[] = [
  'advice_by_total',
  'partial_reversal',
  'full_reversal',
  'expiry',
  'clearing',
  'provisional_credit',
  'provisional_debit',
  'chargeback_completed',
  'pin_debit_reversal',
  'refund_clearing',
  'refund_reversal',
];

/** Some chains with what follows them, as the platform tells it. */
const arbitraryLives = fc.array(
  fc.record({
    first: fc.constantFrom('authorization', 'pin_debit', 'refund', 'original_credit'),
    isApproved: fc.boolean(),
    follow: fc.array(fc.record({ kind: fc.constantFrom(...FOLLOW_UPS), amountMinor: fc.bigInt(1n, 20_00n) }), {
      maxLength: 4,
    }),
  }),
  { minLength: 1, maxLength: 4 },
);

function tell(platform: Platform, lives: typeof arbitraryLives extends fc.Arbitrary<infer T> ? T : never): void {
  for (const { first, isApproved, follow } of lives) {
    const sent = message({ kind: MESSAGE_KINDS[first as keyof typeof MESSAGE_KINDS] });
    const verdict = { isApproved, code: isApproved ? '0000' : '1016', memo: '' };
    platform.conclude({ ...networkStandIn(sent, false), verdict });
    const dispute = { caseToken: 'case', state: 'INITIATED', creditsUser: true, disputedToken: '', openedAtMs: NOON };
    for (const { kind, amountMinor } of follow) platform.followUp(kind, sent, { amountMinor, dispute });
  }
}

function sorted<T>(list: Iterable<T>): string[] {
  const text = (each: T): string =>
    JSON.stringify(each, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return Array.from(list, text).toSorted();
}

function endOf(happenings: readonly Happening[]): object {
  const model = createModel(programme({ limits: [{ window: 'day', maxCount: 100 }] }));
  for (const happening of happenings) model.record(happening);
  bookAll(model);
  return {
    balances: sorted(model.expectedBalances()),
    // One that counts nothing may be there or not.
    counters: sorted([...model.expectedCounters()].filter(({ amountMinor, count }) => amountMinor > 0n || count > 0)),
    oddities: sorted(model.expectedOddities()),
  };
}

describe('the model', () => {
  it('comes to the same whatever order the records are told in', () => {
    fc.assert(
      fc.property(arbitraryLives, fc.infiniteStream(fc.nat()), (lives, keys) => {
        const happenings: Happening[] = [];
        const { model } = start();
        const spy: Model = { ...model, record: (happening) => void happenings.push(happening) };
        tell(createPlatform({ model: spy, now: () => NOON, send: () => undefined }), lives);
        const shuffled = happenings
          .map((happening) => ({ happening, key: keys.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ happening }) => happening);
        const end = endOf(happenings);
        expect(endOf(shuffled)).toEqual(end);
        expect(endOf(happenings.toReversed())).toEqual(end);
      }),
    );
  });
});
