import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUp } from '../src/chains/add-up.ts';
import { rangeOf } from '../src/chains/range.ts';
import { MERCHANTS } from '../src/merchants.ts';
import type { ChainEvent } from '../src/chains/chain-event.ts';
import type { Deed } from '../src/records/deed.ts';

const shop = MERCHANTS[0]!; // card present
const web = MERCHANTS.find(({ mcc }) => mcc === '5999')!;
const hotel = MERCHANTS.find(({ mcc }) => mcc === '7011')!;
const fuel = MERCHANTS.find(({ mcc }) => mcc === '5541')!;

/** Events one second apart, named by their place: the first is `1`. */
function chain(...steps: (Partial<ChainEvent> & { deed: Deed })[]): ChainEvent[] {
  return steps.map((step, index) => ({
    token: String(index + 1),
    source: 'record',
    isApproved: true,
    amountMinor: 50_00n,
    second: 1000 + index,
    identifier: BigInt(index),
    isDone: true,
    isFast: false,
    merchant: shop,
    ...step,
  }));
}

function sum(...steps: Parameters<typeof chain>): string {
  const { postedMinor, heldMinor, pendingMinor, countedMinor, count, oddities } = addUp('1', chain(...steps));
  const odd = oddities.map(({ token, reason }) => `${token}: ${reason}`);
  return [
    `posted ${postedMinor}, held ${heldMinor}, pending ${pendingMinor}, counted ${countedMinor} in ${count}`,
    ...odd,
  ].join('; ');
}

function ofCase(creditsUser: boolean) {
  return { dispute: { caseToken: 'case', creditsUser } };
}

const hold = { deed: 'hold' } as const;
const clear = { deed: 'clear' } as const;

describe('a chain adds up', () => {
  it.each<[string, Parameters<typeof chain>, string]>([
    ['authorization', [hold], 'posted 0, held 5000, pending 0, counted 5000 in 1'],
    ['zero', [{ ...hold, amountMinor: 0n }], 'posted 0, held 0, pending 0, counted 0 in 0'],
    ['declined', [{ ...hold, isApproved: false }], 'posted 0, held 0, pending 0, counted 0 in 0'],
    ['exact clearing', [hold, clear], 'posted -5000, held 0, pending 0, counted 5000 in 1'],
    [
      'tip',
      [hold, { ...clear, amountMinor: 60_00n }],
      'posted -6000, held 0, pending 0, counted 6000 in 1; 2: cleared_beyond_hold',
    ],
    [
      'final, less',
      [hold, { ...clear, amountMinor: 40_00n, clearing: { isFinal: true, releaseMinor: 10_00n } }],
      'posted -4000, held 0, pending 0, counted 4000 in 1',
    ],
    [
      'final, says less to release than is left',
      [hold, { ...clear, amountMinor: 40_00n, clearing: { isFinal: true, releaseMinor: 4_00n } }],
      'posted -4000, held 600, pending 0, counted 4600 in 1',
    ],
    [
      'not final',
      [hold, { ...clear, amountMinor: 40_00n, clearing: { isFinal: false } }],
      'posted -4000, held 1000, pending 0, counted 5000 in 1',
    ],
    [
      'unflagged, card present: released',
      [hold, { ...clear, amountMinor: 40_00n }],
      'posted -4000, held 0, pending 0, counted 4000 in 1',
    ],
    [
      'unflagged, on the web: kept',
      [
        { ...hold, merchant: web },
        { ...clear, merchant: web, amountMinor: 40_00n },
      ],
      'posted -4000, held 1000, pending 0, counted 5000 in 1',
    ],
    [
      'unflagged, hotel: kept',
      [
        { ...hold, merchant: hotel },
        { ...clear, merchant: hotel, amountMinor: 40_00n },
      ],
      'posted -4000, held 1000, pending 0, counted 5000 in 1',
    ],
    [
      'unflagged, fuel: released',
      [
        { ...hold, merchant: fuel },
        { ...clear, merchant: fuel, amountMinor: 40_00n },
      ],
      'posted -4000, held 0, pending 0, counted 4000 in 1',
    ],
    [
      'one of two parts',
      [hold, { ...clear, amountMinor: 20_00n, clearing: { part: { number: 1, count: 2 } } }],
      'posted -2000, held 3000, pending 0, counted 5000 in 1',
    ],
    [
      'both parts, something left',
      [
        hold,
        { ...clear, amountMinor: 20_00n, clearing: { part: { number: 1, count: 2 } } },
        { ...clear, amountMinor: 20_00n, clearing: { part: { number: 2, count: 2 } } },
      ],
      'posted -4000, held 0, pending 0, counted 4000 in 1',
    ],
    [
      'increment',
      [hold, { deed: 'hold_more' }, { ...clear, amountMinor: 100_00n }],
      'posted -10000, held 0, pending 0, counted 10000 in 1',
    ],
    [
      'declined increment',
      [hold, { deed: 'hold_more', isApproved: false }],
      'posted 0, held 5000, pending 0, counted 5000 in 1',
    ],
    [
      'advice lowers',
      [hold, { deed: 'set_hold', amountMinor: 1_00n }],
      'posted 0, held 100, pending 0, counted 100 in 1',
    ],
    [
      'advice raises',
      [hold, { deed: 'set_hold', amountMinor: 70_00n }],
      'posted 0, held 7000, pending 0, counted 7000 in 1',
    ],
    [
      'advice after the end',
      [hold, clear, { deed: 'set_hold' }],
      'posted -5000, held 0, pending 0, counted 5000 in 1; 3: advice_after_close',
    ],
    [
      'partial reversal',
      [hold, { deed: 'give_back', amountMinor: 20_00n }],
      'posted 0, held 3000, pending 0, counted 3000 in 1',
    ],
    [
      'more reversed than held',
      [hold, { deed: 'give_back', amountMinor: 60_00n }],
      'posted 0, held 0, pending 0, counted 0 in 0; 2: released_beyond_hold',
    ],
    ['full reversal', [hold, { deed: 'give_all_back' }], 'posted 0, held 0, pending 0, counted 0 in 0'],
    [
      'full reversal of what a clearing left',
      [
        { ...hold, merchant: web },
        { ...clear, merchant: web, amountMinor: 30_00n },
        { deed: 'give_all_back', amountMinor: 20_00n },
      ],
      'posted -3000, held 0, pending 0, counted 3000 in 1',
    ],
    ['expiry keeps the count', [hold, { deed: 'lapse' }], 'posted 0, held 0, pending 0, counted 0 in 1'],
    [
      'clearing after expiry',
      [hold, { deed: 'lapse' }, clear],
      'posted -5000, held 0, pending 0, counted 5000 in 1; 3: cleared_without_hold',
    ],
    [
      'a new approval after the end',
      [hold, clear, { deed: 'hold_more' }],
      'posted -5000, held 5000, pending 0, counted 10000 in 1',
    ],
    ['force post', [clear], 'posted -5000, held 0, pending 0, counted 5000 in 1'],
    ['PIN debit', [{ deed: 'single' }], 'posted -5000, held 0, pending 0, counted 5000 in 1'],
    ['PIN debit not done', [{ deed: 'single', isDone: false }], 'posted 0, held 5000, pending 0, counted 5000 in 1'],
    [
      'no money from the machine',
      [{ deed: 'single' }, { deed: 'undo_single' }],
      'posted 0, held 0, pending 0, counted 0 in 0',
    ],
    [
      'less money from the machine',
      [{ deed: 'single' }, { deed: 'undo_single', amountMinor: 20_00n }],
      'posted -3000, held 0, pending 0, counted 3000 in 1',
    ],
    [
      'more undone than done',
      [{ deed: 'single' }, { deed: 'undo_single', amountMinor: 70_00n }],
      'posted 0, held 0, pending 0, counted 0 in 0; 2: reversed_beyond_posted',
    ],
    ['promise', [{ deed: 'promise' }], 'posted 0, held 0, pending 5000, counted 0 in 0'],
    ['promise kept', [{ deed: 'promise' }, { deed: 'credit' }], 'posted 5000, held 0, pending 0, counted 0 in 0'],
    [
      'promise taken back',
      [{ deed: 'promise' }, { deed: 'take_promise_back' }],
      'posted 0, held 0, pending 0, counted 0 in 0',
    ],
    [
      'taken back after it came',
      [{ deed: 'promise' }, { deed: 'credit' }, { deed: 'take_promise_back' }],
      'posted 0, held 0, pending 0, counted 0 in 0',
    ],
    ['fast funds', [{ deed: 'promise', isFast: true }], 'posted 5000, held 0, pending 0, counted 0 in 0'],
    [
      'fast funds confirmed, with more',
      [
        { deed: 'promise', isFast: true },
        { deed: 'credit', amountMinor: 55_00n },
      ],
      'posted 5500, held 0, pending 0, counted 0 in 0',
    ],
    ['refund', [{ deed: 'credit' }], 'posted 5000, held 0, pending 0, counted 0 in 0'],
    [
      'refund taken back',
      [{ deed: 'credit' }, { deed: 'undo_credit', amountMinor: 60_00n }],
      'posted 0, held 0, pending 0, counted 0 in 0; 2: reversed_beyond_posted',
    ],
    ['debit', [{ deed: 'debit' }], 'posted -5000, held 0, pending 0, counted 0 in 0'],
  ])('%s', (_name, steps, expected) => {
    expect(sum(...steps)).toBe(expected);
  });

  const bought = [hold, clear] as const;
  it.each<[string, Parameters<typeof chain>, string]>([
    ['opened without credit', [{ deed: 'chargeback', ...ofCase(false) }], 'posted -5000'],
    ['opened with credit', [{ deed: 'chargeback', ...ofCase(true) }], 'posted 0'],
    ['provisional credit', [{ deed: 'provisional_credit', ...ofCase(false) }], 'posted 0'],
    [
      'credited twice',
      [
        { deed: 'chargeback', ...ofCase(true) },
        { deed: 'provisional_credit', ...ofCase(true) },
      ],
      'posted 0; 4: disputed_twice',
    ],
    [
      'won after a credit',
      [
        { deed: 'provisional_credit', ...ofCase(false) },
        { deed: 'case_completed', ...ofCase(false) },
      ],
      'posted 0',
    ],
    ['won without any before', [{ deed: 'case_completed', ...ofCase(false) }], 'posted 0'],
    [
      'lost',
      [
        { deed: 'provisional_credit', ...ofCase(false) },
        { deed: 'take_credit_back', ...ofCase(false) },
      ],
      'posted -5000',
    ],
    [
      'lost, then completed all the same',
      [
        { deed: 'provisional_credit', ...ofCase(false) },
        { deed: 'take_credit_back', ...ofCase(false) },
        { deed: 'case_completed', ...ofCase(false) },
      ],
      'posted -5000',
    ],
    [
      'lost without a credit',
      [{ deed: 'take_credit_back', ...ofCase(false) }],
      'posted -5000; 3: reversed_beyond_posted',
    ],
  ])('a dispute: %s', (_name, steps, expected) => {
    const { postedMinor, oddities } = addUp('1', chain(...bought, ...steps));
    const odd = oddities.map(({ token, reason }) => `; ${token}: ${reason}`);
    expect(`posted ${postedMinor}${odd.join('')}`).toBe(expected);
  });

  it('puts the record in the place of the answer, whatever it says', () => {
    const answer = { ...chain({ deed: 'hold' })[0]!, source: 'answer' as const, identifier: -1n };
    const record = { ...chain({ deed: 'hold' })[0]!, amountMinor: 30_00n };
    expect(addUp('1', [answer])).toMatchObject({ heldMinor: 50_00n });
    expect(addUp('1', [answer, record])).toMatchObject({ heldMinor: 30_00n, countedMinor: 30_00n });
    expect(addUp('1', [answer, { ...record, isApproved: false }])).toMatchObject({ heldMinor: 0n, count: 0 });
  });

  it('lists a follow-up whose chain nobody has seen the beginning of, and books it', () => {
    const { postedMinor, oddities } = addUp('unknown', chain(clear));
    expect(postedMinor).toBe(-50_00n);
    expect(oddities).toEqual([{ token: '1', reason: 'missing_parent' }]);
  });
});

const DEEDS: Deed[] = [
  'hold',
  'hold_more',
  'set_hold',
  'give_back',
  'give_all_back',
  'lapse',
  'single',
  'undo_single',
  'clear',
  'promise',
  'set_promise',
  'take_promise_back',
  'credit',
  'undo_credit',
  'provisional_credit',
  'chargeback',
  'case_completed',
  'take_credit_back',
  'debit',
];

const arbitraryStep = fc.record({
  deed: fc.constantFrom(...DEEDS),
  amountMinor: fc.bigInt(0n, 100n),
  isApproved: fc.boolean(),
  isDone: fc.boolean(),
  isFast: fc.boolean(),
  merchant: fc.constantFrom(shop, web),
  second: fc.integer({ min: 0, max: 3 }),
  dispute: fc.constant({ caseToken: 'case', creditsUser: true }),
});
const arbitraryChain = fc.array(arbitraryStep, { minLength: 1, maxLength: 7 }).map((steps) => chain(...steps));

function within({ low, high }: { low: bigint; high: bigint }, value: bigint): boolean {
  return low <= value && value <= high;
}

describe('every chain', () => {
  it('comes to the same in every order of arrival', () => {
    fc.assert(
      fc.property(arbitraryChain, fc.infiniteStream(fc.nat()), (events, keys) => {
        const shuffled = events
          .map((event) => ({ event, key: keys.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ event }) => event);
        expect(addUp('1', shuffled)).toEqual(addUp('1', events));
      }),
    );
  });

  it('never holds, promises or counts less than nothing', () => {
    fc.assert(
      fc.property(arbitraryChain, (events) => {
        const { heldMinor, pendingMinor, countedMinor } = addUp('1', events);
        expect([heldMinor, pendingMinor, countedMinor].every((amount) => amount >= 0n)).toBe(true);
      }),
    );
  });

  it('stays within its range whatever has arrived, however long it is', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryStep, { minLength: 1, maxLength: 9 }),
        fc.nat(),
        fc.nat(),
        (steps, known, subset) => {
          const events = chain(...steps);
          const arrived = events.slice(0, known % events.length);
          const open = events.slice(known % events.length);
          const range = rangeOf('1', arrived, open);
          const { postedMinor, heldMinor, pendingMinor, countedMinor, count } = addUp('1', [
            ...arrived,
            ...open.filter((_, index) => (subset >> index) % 2 === 1),
          ]);
          expect(within(range.posted, postedMinor)).toBe(true);
          expect(within(range.available, postedMinor - heldMinor)).toBe(true);
          expect(within(range.pending, pendingMinor)).toBe(true);
          expect(within(range.counted, countedMinor)).toBe(true);
          expect(within(range.count, BigInt(count))).toBe(true);
          expect(within(range.total, heldMinor) && within(range.total, countedMinor)).toBe(true);
        },
      ),
    );
  });
});
