import { describe, expect, it } from 'vitest';
import { decide } from '../src/index.ts';
import type { Limit, RequestKind, Reservation } from '../src/index.ts';
import { changed, limit, NOON_MS, purchase, withFacts, without, withPolicy, withRequest } from './situation.ts';
import type { Situation } from './situation.ts';

const NOTHING = { outcome: 'approve', reservation: { effect: 'none', messageClass: 'dual', counters: [] } };

function decided({ request, facts, policy }: Situation) {
  return decide(request, facts, policy);
}

/** The reason of the decline, or `approve`. */
function answer(situation: Situation): string {
  const decision = decided(situation);
  return decision.outcome === 'approve' ? 'approve' : decision.reason;
}

function reserved(situation: Situation): Reservation {
  const decision = decided(situation);
  if (decision.outcome === 'decline') throw new Error(decision.reason);
  return decision.reservation;
}

function perTransaction(limitId: number, maxAmountMinor: string): Limit {
  return limit({ limitId, window: 'transaction', maxAmountMinor });
}

function limited(situation: Situation, ...limits: Limit[]): Situation {
  return withFacts(situation, { limits });
}

describe('payer', () => {
  it('pays from an account in the currency of the request and from no other', () => {
    const account = { accountId: '1', currency: 'EUR', state: 'open' } as const;
    expect(answer(withFacts(purchase({ currency: 'USD' }), { account }))).toBe('no_account');
    expect(answer(withFacts(purchase({ currency: 'EUR' }), { account }))).toBe('approve');
  });
});

describe('loads', () => {
  it.each([
    ['authorization', 'dual'],
    ['increment', 'dual'],
    ['single_message', 'single'],
  ] as const)('%s asks for a %s-message hold', (kind, messageClass) => {
    expect(reserved(purchase({ kind }))).toEqual({ effect: 'hold', messageClass, counters: [] });
  });

  it('do not mutate what they are given, and say the same twice', () => {
    const situation = limited(purchase(), limit({ maxAmountMinor: '5000' }));
    const before = structuredClone(situation);
    expect(decided(situation)).toEqual(decided(situation));
    expect(situation).toEqual(before);
  });
});

describe('zero', () => {
  const kinds: RequestKind[] = ['authorization', 'increment', 'single_message', 'verification', 'balance_inquiry'];

  it.each(kinds)('%s of amount zero takes no hold and no counter, whatever the controls', (kind) => {
    const controlled = limited(
      changed(purchase({ kind, amountMinor: 0n }), 'card', { blockedCategories: ['5411'] }),
      limit({ maxCount: 0, maxAmountMinor: '0' }),
      limit({ limitId: 2, window: 'transaction', maxAmountMinor: '0' }),
    );
    expect(decided(controlled)).toEqual(NOTHING);
  });

  it.each(kinds)('%s of amount zero still looks at status', (kind) => {
    const zero = purchase({ kind, amountMinor: 0n });
    expect(answer(changed(zero, 'card', { state: 'suspended' }))).toBe('card_suspended');
    expect(answer(changed(zero, 'owner', { blocked: true }))).toBe('owner_blocked');
    expect(answer(changed(zero, 'account', { state: 'closed' }))).toBe('account_closed');
  });

  it('a balance inquiry moves nothing, whatever amount it carries', () => {
    expect(decided(purchase({ kind: 'balance_inquiry', amountMinor: 1000n }))).toEqual(NOTHING);
  });

  it('a notice is acknowledged whatever we know', () => {
    const notice = purchase({ kind: 'notice', amountMinor: 0n });
    expect(decided(without(without(without(notice, 'owner'), 'card'), 'account'))).toEqual(NOTHING);
  });
});

describe('account states', () => {
  it.each([
    ['open', 'approve', 'approve'],
    ['frozen', 'account_frozen', 'approve'],
    ['closing', 'account_closing', 'approve'],
    ['closed', 'account_closed', 'account_closed'],
  ] as const)('%s: a purchase is %s, a balance inquiry %s', (state, forPurchase, forInquiry) => {
    expect(answer(changed(purchase(), 'account', { state }))).toBe(forPurchase);
    expect(answer(changed(purchase({ kind: 'balance_inquiry', amountMinor: 0n }), 'account', { state }))).toBe(
      forInquiry,
    );
  });

  it('a verification is no balance inquiry: it vouches for a purchase, and a frozen account takes none', () => {
    const verification = purchase({ kind: 'verification', amountMinor: 0n });
    expect(answer(changed(verification, 'account', { state: 'frozen' }))).toBe('account_frozen');
  });
});

describe('status', () => {
  it('not yet active in our copy is no reason to decline, unless the setting says so', () => {
    const early = changed(changed(purchase(), 'card', { state: 'unactivated' }), 'owner', { state: 'limited' });
    expect(answer(early)).toBe('approve');
    expect(answer(withPolicy(early, { requireActive: true }))).toBe('owner_not_active');
  });

  it('the state of the platform and our block are two fields: neither lifts the other', () => {
    expect(answer(changed(purchase(), 'card', { state: 'active', block: 'lost' }))).toBe('card_lost');
    expect(answer(changed(purchase(), 'card', { state: 'suspended' }))).toBe('card_suspended');
    expect(answer(changed(purchase(), 'card', { state: 'suspended', block: 'blocked_by_cardholder' }))).toBe(
      'card_blocked_by_cardholder',
    );
  });

  it('a card is valid until the instant it expires, by the time of the platform', () => {
    const card = changed(purchase(), 'card', { expiresAtMs: NOON_MS });
    expect(answer(withRequest(card, { occurredAtMs: NOON_MS - 1 }))).toBe('approve');
    expect(answer(card)).toBe('card_expired');
  });

  it('adopt: an unknown card of a known owner is taken from the word of the platform', () => {
    const unknown = without(purchase(), 'card');
    const adopting = withPolicy(unknown, { unknownCard: 'adopt' });
    expect(answer(unknown)).toBe('unknown_card');
    expect(reserved(adopting)).toEqual({ effect: 'hold', messageClass: 'dual', counters: [] });
    expect(answer(without(adopting, 'owner'))).toBe('unknown_owner');
    expect(answer(changed(adopting, 'actingUser', { blocked: true }))).toBe('acting_user_blocked');
  });

  it('adopt: there is nothing to adopt when no card is named', () => {
    const { cardToken: _, ...request } = purchase().request;
    const nameless = withPolicy({ ...without(purchase(), 'card'), request }, { unknownCard: 'adopt' });
    expect(answer(nameless)).toBe('unknown_card');
  });

  it('ownership: a card that our copy gives to another owner is no reason to decline', () => {
    expect(answer(changed(purchase(), 'card', { owner: { kind: 'business', token: 'business-9' } }))).toBe('approve');
  });
});

describe('a child with a card on the account of its parent', () => {
  it.each([
    ['suspended', 'acting_user_suspended'],
    ['closed', 'acting_user_closed'],
    ['unverified', 'approve'],
  ] as const)('is judged by its own status: %s', (state, expected) => {
    expect(answer(changed(purchase(), 'actingUser', { state }))).toBe(expected);
  });

  it('is judged by the status of the parent, too', () => {
    expect(answer(changed(purchase(), 'owner', { state: 'suspended' }))).toBe('owner_suspended');
    expect(answer(changed(purchase(), 'account', { state: 'frozen' }))).toBe('account_frozen');
  });

  it.each(['owner', 'actingUser', 'card'] as const)('is bound by the categories blocked for %s', (key) => {
    expect(answer(changed(purchase(), key, { blockedCategories: ['5411'] }))).toBe('merchant_category_blocked');
    expect(answer(changed(purchase(), key, { blockedCategories: ['5412'] }))).toBe('approve');
  });

  it('takes from the limits of card, child, parent and paying account, not from those of its own account', () => {
    const { counters } = reserved(
      limited(
        purchase(),
        limit({ limitId: 1, subject: { kind: 'card', token: 'card-1' } }),
        limit({ limitId: 2, subject: { kind: 'user', token: 'user-2' } }),
        limit({ limitId: 3, subject: { kind: 'user', token: 'user-1' } }),
        limit({ limitId: 4, subject: { kind: 'account', token: '1' } }),
        limit({ limitId: 5, subject: { kind: 'account', token: '2' } }),
      ),
    );
    expect(counters.map((counter) => counter.limitId).toSorted()).toEqual([1, 2, 3, 4]);
  });

  it('is bound by a limit of its own', () => {
    const own = limit({ subject: { kind: 'user', token: 'user-2' }, window: 'transaction', maxAmountMinor: '999' });
    expect(decided(limited(purchase(), own))).toEqual({
      outcome: 'decline',
      reason: 'transaction_amount_limit',
      limitId: 1,
    });
  });
});

describe('limits', () => {
  it('become demands on counters, each with its bounds and its UTC window', () => {
    const { counters } = reserved(
      limited(
        purchase({ occurredAtMs: Date.UTC(2026, 2, 31, 23, 59, 59, 999) }),
        limit({ limitId: 1, maxAmountMinor: '5000', maxCount: 3 }),
        limit({ limitId: 2, window: 'month', maxCount: 0 }),
      ),
    );
    expect(counters).toEqual([
      {
        limitId: 1,
        window: 'day',
        windowStart: '2026-03-31',
        amountMinor: 1000n,
        count: 1,
        maxAmountMinor: 5000n,
        maxCount: 3,
      },
      { limitId: 2, window: 'month', windowStart: '2026-03-01', amountMinor: 1000n, count: 1, maxCount: 0 },
    ]);
  });

  it('carry a currency: those in another one do not apply', () => {
    const dollars = [
      limit({ currency: 'USD', maxAmountMinor: '0' }),
      limit({ limitId: 2, currency: 'USD', window: 'transaction', maxAmountMinor: '0' }),
    ];
    expect(reserved(limited(purchase(), ...dollars)).counters).toEqual([]);
  });

  it.each([
    ['1000', 'approve'],
    ['999', 'transaction_amount_limit'],
    ['0', 'transaction_amount_limit'],
  ])('a transaction of 1000 under a maximum of %s: %s', (maxAmountMinor, expected) => {
    expect(answer(limited(purchase(), limit({ window: 'transaction', maxAmountMinor })))).toBe(expected);
  });

  it('keep amounts beyond what a float can tell apart', () => {
    const max = limit({ window: 'transaction', maxAmountMinor: '9007199254740992' });
    expect(answer(limited(purchase({ amountMinor: 9_007_199_254_740_993n }), max))).toBe('transaction_amount_limit');
    expect(answer(limited(purchase({ amountMinor: 9_007_199_254_740_992n }), max))).toBe('approve');
  });
});

describe('increments', () => {
  const march31Ms = Date.UTC(2026, 2, 31, 20);
  const increment = withFacts(purchase({ kind: 'increment', occurredAtMs: march31Ms + 86_400_000 }), {
    chain: { chainToken: 'base', accountId: '1', owner: { kind: 'user', token: 'user-1' }, countedAtMs: march31Ms },
  });

  it('take amount but no count, which no bound on count refuses, in the window where the chain first counted', () => {
    const counted = limited(
      increment,
      limit({ maxCount: 1 }),
      limit({ limitId: 2, window: 'month', maxAmountMinor: '5000' }),
    );
    expect(reserved(counted).counters).toEqual([
      { limitId: 1, window: 'day', windowStart: '2026-03-31', amountMinor: 1000n, count: 0 },
      { limitId: 2, window: 'month', windowStart: '2026-03-01', amountMinor: 1000n, count: 0, maxAmountMinor: 5000n },
    ]);
  });

  it('hand the ledger the smallest limit on one transaction, to look at the total of the chain', () => {
    expect(reserved(limited(increment, perTransaction(1, '3000'), perTransaction(2, '2000')))).toMatchObject({
      counters: [],
      chainMaxMinor: 2000n,
    });
    expect(reserved(increment)).not.toHaveProperty('chainMaxMinor');
    expect(reserved(limited(purchase(), perTransaction(1, '3000')))).not.toHaveProperty('chainMaxMinor');
  });

  it('alone beyond that limit are declined without asking the ledger', () => {
    const max = limit({ limitId: 7, window: 'transaction', maxAmountMinor: '999' });
    expect(decided(limited(increment, max))).toEqual({
      outcome: 'decline',
      reason: 'transaction_amount_limit',
      limitId: 7,
    });
  });
});
