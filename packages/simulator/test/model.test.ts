import { describe, expect, it } from 'vitest';
import { createModel } from '../src/index.ts';
import { MERCHANTS } from '../src/merchants.ts';
import { MESSAGE_KINDS } from '../src/message.ts';
import { message, NOON, programme } from './fixture.ts';
import type { Changes } from './fixture.ts';
import type { Message } from '../src/message.ts';
import type { Model } from '../src/index.ts';
import type { Programme } from '../src/programme.ts';

const gambling = MERCHANTS.find(({ mcc }) => mcc === '7995')!;
const refund = { kind: MESSAGE_KINDS.refund };
const inquiry = { kind: MESSAGE_KINDS.balance_inquiry, amountText: '0' };
const verification = { kind: MESSAGE_KINDS.verification, amountText: '0' };

function answer(model: Model, sent: Message): string {
  const prediction = model.predict(sent);
  model.settle(sent, prediction, prediction);
  return prediction.declineReason ?? String(prediction.status);
}

function answerOf(changes: Changes, sent: Partial<Message> = {}): string {
  return answer(createModel(programme(changes)), message(sent));
}

describe('what the gateway must answer', () => {
  it.each<[string, Changes, Partial<Message>, string]>([
    ['plain purchase', {}, {}, '200'],
    ['negative amount', {}, { amountText: '-1' }, 'INVALID_AMOUNT'],
    ['20 digits', {}, { amountText: '12345678901234567890' }, 'INVALID_AMOUNT'],
    ['too many decimals', {}, { amountText: '1.001' }, 'INVALID_AMOUNT'],
    ['unknown currency', {}, { currency: 'ZZZ' }, 'INVALID_AMOUNT'],
    ['no account in the currency', {}, { currency: 'EUR' }, 'INVALID_AMOUNT'],
    ['unknown owner', {}, { payer: { kind: 'user', token: 'x' } }, 'INVALID_CARD'],
    ['unknown business', {}, { payer: { kind: 'business', token: 'u' } }, 'INVALID_CARD'],
    ['unknown card', {}, { cardToken: 'x' }, 'INVALID_CARD'],
    ['unknown acting user', {}, { userToken: 'x' }, '200'],
    ['frozen account', { account: { state: 'frozen' } }, {}, 'TRANSACTION_NOT_PERMITTED'],
    ['closing account', { account: { state: 'closing' } }, {}, 'CLOSED_ACCOUNT'],
    ['closed account', { account: { state: 'closed' } }, {}, 'CLOSED_ACCOUNT'],
    ['suspended owner', { user: { state: 'suspended' } }, {}, 'CARDHOLDER_NOT_ACTIVE'],
    ['closed owner', { user: { state: 'closed' } }, {}, 'CARDHOLDER_NOT_ACTIVE'],
    ['blocked owner', { user: { blocked: true } }, {}, 'CARDHOLDER_NOT_ACTIVE'],
    ['limited owner', { user: { state: 'limited' } }, {}, '200'],
    ['suspended card', { card: { state: 'suspended' } }, {}, 'CARD_NOT_ACTIVE'],
    ['terminated card', { card: { state: 'terminated' } }, {}, 'CARD_NOT_ACTIVE'],
    ['card not yet active', { card: { state: 'unactivated' } }, {}, '200'],
    ['lost card', { card: { block: 'lost' } }, {}, 'CARD_NOT_ACTIVE'],
    ['stolen card', { card: { block: 'stolen' } }, {}, 'CARD_NOT_ACTIVE'],
    ['card blocked by issuer', { card: { block: 'blocked_by_issuer' } }, {}, 'CARD_NOT_ACTIVE'],
    ['card blocked by cardholder', { card: { block: 'blocked_by_cardholder' } }, {}, 'CARD_NOT_ACTIVE'],
    ['last month of the card', { card: { expires: '2026-05' } }, {}, '200'],
    ['expired card', { card: { expires: '2026-04' } }, {}, 'EXPIRED_CARD'],
    ['blocked category', { card: { blockedCategories: ['7995'] } }, { merchant: gambling }, 'INVALID_MERCHANT'],
    ['another category', { card: { blockedCategories: ['7995'] } }, {}, '200'],
    ['limit reached', { limits: [{ window: 'transaction', maxAmountMinor: 10_00n }] }, {}, '200'],
    ['over a limit', { limits: [{ window: 'transaction', maxAmountMinor: 9_99n }] }, {}, 'AMOUNT_LIMIT_EXCEEDED'],
    ['over a daily amount', { limits: [{ window: 'day', maxAmountMinor: 9_99n }] }, {}, 'AMOUNT_LIMIT_EXCEEDED'],
    ['over a monthly amount', { limits: [{ window: 'month', maxAmountMinor: 0n }] }, {}, 'AMOUNT_LIMIT_EXCEEDED'],
    ['over a daily count', { limits: [{ window: 'day', maxCount: 0 }] }, {}, 'TRANSACTION_COUNT_LIMIT_EXCEEDED'],
    ['limit of another currency', { limits: [{ window: 'day', currency: 'EUR', maxCount: 0 }] }, {}, '200'],
    ['all the money', {}, { amountText: '100' }, '200'],
    ['a cent more', {}, { amountText: '100.01' }, 'INSUFFICIENT_FUNDS'],
    ['money and credit line', { account: { creditLineMinor: 50_00n } }, { amountText: '150' }, '200'],
    [
      'a cent above the credit line',
      { account: { creditLineMinor: 50_00n } },
      { amountText: '150.01' },
      'INSUFFICIENT_FUNDS',
    ],
    ['zero without money', { account: { openingMinor: 0n } }, verification, '200'],
    ['zero over every limit', { limits: [{ window: 'day', maxAmountMinor: 0n, maxCount: 0 }] }, verification, '200'],
    ['zero on a suspended card', { card: { state: 'suspended' } }, verification, 'CARD_NOT_ACTIVE'],
    ['balance of a frozen account', { account: { state: 'frozen' } }, inquiry, '200'],
    ['balance of a closed account', { account: { state: 'closed' } }, inquiry, 'CLOSED_ACCOUNT'],
    ['balance with a lost card', { card: { block: 'lost' } }, inquiry, 'CARD_NOT_ACTIVE'],
    ['refund to a suspended card', { card: { state: 'suspended' } }, refund, '200'],
    ['refund to an unknown card', {}, { ...refund, cardToken: 'x' }, '200'],
    ['refund to a frozen account', { account: { state: 'frozen' } }, refund, '200'],
    ['refund to a closed account', { account: { state: 'closed' } }, refund, 'CLOSED_ACCOUNT'],
    ['refund to a suspended owner', { user: { state: 'suspended' } }, refund, '200'],
    ['refund to a closed owner', { user: { state: 'closed' } }, refund, 'CARDHOLDER_NOT_ACTIVE'],
    ['refund over a limit', { limits: [{ window: 'day', maxAmountMinor: 0n }] }, refund, '200'],
  ])('%s', (_name, changes, sent, expected) => {
    expect(answerOf(changes, sent)).toBe(expected);
  });

  it('lets the first reason win, in the documented order', () => {
    const faults: [expected: string, Changes, Partial<Message>][] = [
      ['INVALID_AMOUNT', {}, { amountText: '-1' }],
      ['INVALID_CARD', {}, { cardToken: 'x' }],
      ['TRANSACTION_NOT_PERMITTED', { account: { state: 'frozen' } }, {}],
      ['CARDHOLDER_NOT_ACTIVE', { user: { state: 'suspended' } }, {}],
      ['CARD_NOT_ACTIVE', { card: { state: 'suspended', expires: '2020-01', blockedCategories: ['7995'] } }, {}],
      ['EXPIRED_CARD', { card: { expires: '2020-01', blockedCategories: ['7995'] } }, {}],
      ['INVALID_MERCHANT', { card: { blockedCategories: ['7995'] } }, {}],
      [
        'AMOUNT_LIMIT_EXCEEDED',
        {
          limits: [
            { window: 'day', maxCount: 0 },
            { window: 'month', maxAmountMinor: 0n },
          ],
        },
        {},
      ],
      ['TRANSACTION_COUNT_LIMIT_EXCEEDED', { limits: [{ window: 'day', maxCount: 0 }] }, {}],
      ['INSUFFICIENT_FUNDS', { account: { openingMinor: 0n } }, {}],
    ];
    for (const [first] of faults.entries()) {
      const all = faults.slice(first).toReversed();
      const changes = all.reduce<Changes>((into, [, one]) => merge(into, one), {});
      const sent = Object.assign({ merchant: gambling }, ...all.map(([, , one]) => one)) as Partial<Message>;
      expect(answerOf(changes, sent)).toBe(faults[first]![0]);
    }
  });
});

function merge(a: Changes, b: Changes): Changes {
  return {
    account: { ...a.account, ...b.account },
    user: { ...a.user, ...b.user },
    card: { ...a.card, ...b.card },
    limits: b.limits ?? a.limits ?? [],
  };
}

describe('what answers move', () => {
  it('holds approved money and nothing else', () => {
    const model = createModel(programme());
    expect(answer(model, message({ amountText: '60' }))).toBe('200');
    expect(answer(model, message({ amountText: '40.01' }))).toBe('INSUFFICIENT_FUNDS');
    expect(answer(model, message({ ...refund, amountText: '500' }))).toBe('200');
    // An expected credit is never spendable.
    expect(answer(model, message({ amountText: '40.01' }))).toBe('INSUFFICIENT_FUNDS');
    expect(answer(model, message(verification))).toBe('200');
    expect([...model.expectedBalances()]).toMatchObject([
      { postedMinor: 100_00n, heldMinor: 60_00n, pendingMinor: 500_00n, certain: true },
    ]);
    expect(model.predict(message(inquiry)).balances).toEqual({
      postedMinor: 100_00n,
      availableMinor: 40_00n,
      pendingMinor: 500_00n,
    });
  });

  it('counts approvals by UTC day and month of the message', () => {
    const limits = [{ window: 'day', maxCount: 2 } as const, { window: 'month', maxAmountMinor: 50_00n } as const];
    const model = createModel(programme({ limits }));
    const lastSecond = Date.UTC(2026, 4, 31, 23, 59, 59);
    expect(answer(model, message())).toBe('200');
    expect(answer(model, message({ amountText: '200' }))).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(answer(model, message({ receivedAtMs: lastSecond }))).toBe('200');
    expect(answer(model, message({ receivedAtMs: lastSecond }))).toBe('TRANSACTION_COUNT_LIMIT_EXCEEDED');
    expect(answer(model, message({ receivedAtMs: lastSecond + 1_000 }))).toBe('200');
    expect([...model.expectedCounters()]).toEqual([
      { limit: 'l-0', windowStart: '2026-05-31', amountMinor: 20_00n, count: 2 },
      { limit: 'l-1', windowStart: '2026-05-01', amountMinor: 20_00n, count: 2 },
      { limit: 'l-0', windowStart: '2026-06-01', amountMinor: 10_00n, count: 1 },
      { limit: 'l-1', windowStart: '2026-06-01', amountMinor: 10_00n, count: 1 },
    ]);
  });

  it('adds increments to the chain: amount without count, in the window of the first', () => {
    const limits = [
      { window: 'day', maxCount: 1 } as const,
      { window: 'transaction', maxAmountMinor: 30_00n } as const,
    ];
    const model = createModel(programme({ limits }));
    const first = message();
    const increment = (amountText: string) =>
      message({ kind: MESSAGE_KINDS.increment, amountText, receivedAtMs: NOON + 86_400_000, extends: first });
    expect(answer(model, first)).toBe('200');
    expect(answer(model, increment('20.01'))).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(answer(model, increment('15'))).toBe('200');
    expect(answer(model, increment('5.01'))).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(answer(model, increment('5'))).toBe('200');
    expect([...model.expectedCounters()]).toEqual([
      { limit: 'l-0', windowStart: '2026-05-31', amountMinor: 30_00n, count: 1 },
    ]);
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 30_00n }]);
  });

  it('applies limits of card, acting user, paying owner and account, never of others', () => {
    const parent = { kind: 'user', token: 'u' } as const;
    const base = programme();
    const family: Programme = {
      ...base,
      users: [...base.users, { token: 'child', state: 'active', blocked: false }],
      cards: [
        ...base.cards,
        { ...base.cards[0]!, token: 'cc', holder: { kind: 'user', token: 'child' }, userToken: 'child' },
      ],
    };
    const limited = (subject: Programme['limits'][number]['subject']): string => {
      const limit = { token: 'l', subject, currency: 'USD', window: 'day', maxAmountMinor: 0n } as const;
      return answer(createModel({ ...family, limits: [limit] }), message({ userToken: 'child', cardToken: 'cc' }));
    };
    expect(limited({ kind: 'card', token: 'cc' })).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(limited({ kind: 'user', token: 'child' })).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(limited({ kind: 'user', token: 'u' })).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(limited({ kind: 'account', owner: parent })).toBe('AMOUNT_LIMIT_EXCEEDED');
    expect(limited({ kind: 'card', token: 'c' })).toBe('200');
    expect(limited({ kind: 'business', token: 'u' })).toBe('200');
  });

  it('names the smallest amount that must be refused', () => {
    const limits = [{ window: 'day', maxAmountMinor: 70_00n } as const];
    const model = createModel(programme({ limits }));
    answer(model, message({ amountText: '20' }));
    const refused = model.smallestRefused(message())!;
    expect(refused).toBe(50_01n);
    expect(model.predict(message({ amountText: '50.01' })).status).toBe(402);
    expect(model.predict(message({ amountText: '50' })).status).toBe(200);
  });
});

describe('two keys', () => {
  it('repeats the stored decision whatever happened since, and books it once', () => {
    const model = createModel(programme());
    const first = message({ amountText: '60' });
    const refused = message({ amountText: '70' });
    expect(answer(model, first)).toBe('200');
    expect(answer(model, refused)).toBe('INSUFFICIENT_FUNDS');
    expect(answer(model, first)).toBe('200');
    expect(answer(model, { ...first, messageToken: 'm-new', amountText: '60.0' })).toBe('200');
    expect(answer(model, { ...refused, messageToken: 'm-other' })).toBe('INSUFFICIENT_FUNDS');
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 60_00n }]);
  });

  it('refuses a token with other content and books nothing', () => {
    const model = createModel(programme());
    const first = message();
    answer(model, first);
    const contents: Partial<Message>[] = [
      { amountText: '10.01' },
      { cardToken: 'x' },
      { payer: { kind: 'user', token: 'x' } },
      { currency: 'EUR' },
      { kind: MESSAGE_KINDS.pin_debit },
    ];
    for (const content of contents) {
      expect(answer(model, { ...first, ...content })).toBe('TRANSACTION_NOT_PERMITTED');
      expect(answer(model, { ...first, messageToken: 'm-new', ...content })).toBe('TRANSACTION_NOT_PERMITTED');
    }
    expect(answer(model, first)).toBe('200');
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 10_00n }]);
  });
});

describe('a run that continues', () => {
  it('starts from the balances and counters of the ledger', () => {
    const owner = { kind: 'user', token: 'u' } as const;
    const world = programme({ limits: [{ window: 'day', maxCount: 3 }] });
    const model = createModel(world, {
      accounts: [{ owner, currency: 'USD', postedMinor: 50_00n, heldMinor: 30_00n, pendingMinor: 5n }],
      counters: [{ limit: 'l-0', windowStart: '2026-05-31', amountMinor: 30_00n, count: 2 }],
    });
    expect(answer(model, message({ amountText: '20.01' }))).toBe('INSUFFICIENT_FUNDS');
    expect(answer(model, message({ amountText: '20' }))).toBe('200');
    expect(answer(model, message({ amountText: '0.01' }))).toBe('TRANSACTION_COUNT_LIMIT_EXCEEDED');
    const again = createModel(world, {
      accounts: [...model.expectedBalances()],
      counters: [...model.expectedCounters()],
    });
    expect([...again.expectedBalances()]).toEqual([...model.expectedBalances()]);
    expect([...again.expectedCounters()]).toEqual([...model.expectedCounters()]);
  });

  it('adopts a wrong answer, so that one fault is reported once', () => {
    const model = createModel(programme());
    const poor = message({ amountText: '150' });
    model.settle(poor, model.predict(poor), { status: 200 });
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 150_00n }]);
    expect(model.predict(poor)).toMatchObject({ status: 200, basis: 'stored' });
  });

  it('says which account it is no longer sure of', () => {
    const model = createModel(programme());
    model.doubt(message());
    expect([...model.expectedBalances()]).toMatchObject([{ certain: false }]);
  });
});
