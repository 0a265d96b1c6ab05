import { describe, expect, it } from 'vitest';
import type { CommitResult, CounterDemand } from '@freeway/core';
import { approval, buildProposal, createMemoryLedger, NOON_MS } from '../src/index.ts';
import type { MemoryLedger } from '../src/index.ts';

const owner = { kind: 'user', token: 'user-1' } as const;

/** Account 1 (EUR, owner at version 1) with the given money. */
function openLedger(postedMinor = 10_000n): MemoryLedger {
  const ledger = createMemoryLedger();
  ledger.apply({ verb: 'open_account', accountId: '1', owner, currency: 'EUR' });
  if (postedMinor > 0n)
    ledger.apply({ verb: 'credit', accountId: '1', amountMinor: postedMinor, key: 'opening', counterpart: 'funding' });
  return ledger;
}

/** The nth message: tokens of its own, content as given. */
function nth(n: number, amountMinor = 1000n) {
  return { transactionToken: `transaction-${n}`, messageToken: `message-${n}`, amountMinor };
}

function demand(overrides: Partial<CounterDemand> = {}): CounterDemand {
  return { limitId: 1, window: 'day', windowStart: '2026-03-15', amountMinor: 1000n, count: 1, ...overrides };
}

/** More on the chain that the first message opens. */
function increment(n: number, amountMinor: bigint, chainMaxMinor?: bigint, counters: CounterDemand[] = []) {
  return buildProposal({
    request: { ...nth(n, amountMinor), kind: 'increment' },
    chainToken: 'transaction-1',
    decision: approval({ chainMaxMinor, counters }),
  });
}

/** `approve`, or the reason and limit of a decline, or the status of what was not stored. */
function gist(result: CommitResult): string {
  if (!('decision' in result)) return result.status;
  const { outcome, reason, limitId } = result.decision;
  return [outcome === 'approve' ? 'approve' : reason, limitId].filter((part) => part !== undefined).join(' ');
}

function accountOf(ledger: MemoryLedger) {
  return ledger.snapshot().accounts[0];
}

describe('two keys', () => {
  it('repeats the stored decision for the same message and books once', () => {
    const ledger = openLedger();
    const first = ledger.commit(buildProposal());
    const second = ledger.commit(buildProposal());
    expect(first).toMatchObject({ status: 'committed', decision: { decisionId: '1', outcome: 'approve' } });
    expect(second).toEqual({ ...first, status: 'repeat' });
    expect(accountOf(ledger)).toMatchObject({ postedMinor: 10_000n, heldMinor: 1000n });
  });

  it('knows a transaction again under a new message token', () => {
    const ledger = openLedger();
    ledger.commit(buildProposal());
    const again = ledger.commit(buildProposal({ request: { messageToken: 'message-2' } }));
    expect(again).toMatchObject({ status: 'repeat', decision: { decisionId: '1' } });
    expect(ledger.snapshot().holds).toHaveLength(1);
  });

  it.each([
    ['another amount', { amountMinor: 999n }],
    ['another card', { cardToken: 'card-2' }],
    ['another owner', { owner: { kind: 'business', token: 'user-1' } as const }],
    ['another method', { method: 'cashback' }],
  ])('refuses a token with %s and stores nothing', (_, request) => {
    const ledger = openLedger();
    ledger.commit(buildProposal());
    const before = ledger.snapshot();
    expect(ledger.commit(buildProposal({ request }))).toEqual({ status: 'token_reused' });
    expect(ledger.commit(buildProposal({ request: { ...request, messageToken: 'message-2' } }))).toEqual({
      status: 'token_reused',
    });
    expect(ledger.snapshot()).toEqual(before);
  });

  it('asks the message token before the transaction token', () => {
    const ledger = openLedger();
    ledger.commit(buildProposal({ request: nth(1) }));
    ledger.commit(buildProposal({ request: nth(2, 2000n) }));
    const crossed = { ...nth(1, 2000n), messageToken: 'message-2' };
    expect(ledger.commit(buildProposal({ request: crossed }))).toMatchObject({
      status: 'repeat',
      decision: { decisionId: '2' },
    });
  });

  it('comes before versions: a repeat on other facts still gets the stored decision', () => {
    const ledger = openLedger();
    ledger.commit(buildProposal());
    const versions = { owner: { ref: owner, version: 7 } };
    const declined = { outcome: 'decline', reason: 'card_suspended' } as const;
    expect(gist(ledger.commit(buildProposal({ versions, decision: declined })))).toBe('approve');
  });

  it('stores a decision without an account under the null account, where it repeats and clashes', () => {
    const ledger = openLedger();
    const unknown = buildProposal({ accountId: undefined, decision: { outcome: 'decline', reason: 'no_account' } });
    expect(ledger.commit(unknown)).toEqual({
      status: 'committed',
      decision: { decisionId: '1', outcome: 'decline', reason: 'no_account' },
    });
    expect(ledger.commit(buildProposal())).toMatchObject({ status: 'repeat', decision: { reason: 'no_account' } });
    expect(gist(ledger.commit(buildProposal({ request: { amountMinor: 1n } })))).toBe('token_reused');
  });
});

describe('versions', () => {
  it.each([
    ['a current owner', { owner: { ref: owner, version: 1 } }, 'approve'],
    ['an owner that changed', { owner: { ref: owner, version: 2 } }, 'stale'],
    ['an owner thought absent', { owner: { ref: owner, version: 0 } }, 'stale'],
    ['an owner of another kind', { owner: { ref: { kind: 'business', token: 'user-1' }, version: 1 } }, 'stale'],
    ['an absent card seen as absent', { card: { token: 'card-9', version: 0 } }, 'approve'],
    ['an absent card thought known', { card: { token: 'card-9', version: 1 } }, 'stale'],
    ['an acting user that changed', { actingUser: { token: 'user-1', version: 2 } }, 'stale'],
  ] as const)('%s', (_, versions, expected) => {
    const ledger = openLedger();
    expect(gist(ledger.commit(buildProposal({ versions })))).toBe(expected);
    expect(ledger.snapshot().decisions).toHaveLength(expected === 'stale' ? 0 : 1);
  });

  it('apply to declines too: a reason read from stale facts is not stored', () => {
    const ledger = openLedger();
    ledger.apply({ verb: 'touch_card', token: 'card-1' });
    const decision = { outcome: 'decline', reason: 'card_suspended' } as const;
    expect(gist(ledger.commit(buildProposal({ decision, versions: { card: { token: 'card-1', version: 0 } } })))).toBe(
      'stale',
    );
    expect(gist(ledger.commit(buildProposal({ decision, versions: { card: { token: 'card-1', version: 1 } } })))).toBe(
      'card_suspended',
    );
  });
});

describe('counters', () => {
  it('allow up to and including the bound, and move only with an approval', () => {
    const ledger = openLedger();
    const take = (n: number, amountMinor: bigint) => {
      const counters = [demand({ amountMinor, maxAmountMinor: 2000n, maxCount: 2 })];
      return gist(ledger.commit(buildProposal({ request: nth(n, amountMinor), decision: approval({ counters }) })));
    };
    expect([take(1, 1500n), take(2, 501n), take(3, 500n), take(4, 1n)]).toEqual([
      'approve',
      'daily_amount_limit 1',
      'approve',
      'daily_amount_limit 1',
    ]);
    expect(ledger.snapshot().counters).toEqual([
      { accountId: '1', limitId: 1, windowStart: '2026-03-15', amountMinor: 2000n, count: 2 },
    ]);
  });

  it.each([
    [
      'amounts before counts, days before months',
      [
        demand({ limitId: 1, window: 'month', maxCount: 0 }),
        demand({ limitId: 2, maxCount: 0 }),
        demand({ limitId: 3, window: 'month', maxAmountMinor: 0n }),
        demand({ limitId: 4, maxAmountMinor: 0n }),
      ],
      'daily_amount_limit 4',
    ],
    [
      'a monthly amount before a daily count',
      [demand({ limitId: 2, maxCount: 0 }), demand({ limitId: 3, window: 'month', maxAmountMinor: 0n })],
      'monthly_amount_limit 3',
    ],
    [
      'the smaller limit id when equal',
      [demand({ limitId: 8, maxCount: 0 }), demand({ limitId: 5, maxCount: 0 })],
      'daily_count_limit 5',
    ],
    [
      'a bound that does not fail is not the reason',
      [demand({ limitId: 1 }), demand({ limitId: 2, maxCount: 0 })],
      'daily_count_limit 2',
    ],
  ])('answer with %s', (_, counters, expected) => {
    const ledger = openLedger(0n);
    expect(gist(ledger.commit(buildProposal({ decision: approval({ counters }) })))).toBe(expected);
    expect(ledger.snapshot().counters).toEqual([]);
  });

  it('are kept apart by window', () => {
    const ledger = openLedger();
    const on = (n: number, windowStart: string) => {
      const counters = [demand({ windowStart, maxCount: 1 })];
      return gist(ledger.commit(buildProposal({ request: nth(n), decision: approval({ counters }) })));
    };
    expect([on(1, '2026-03-15'), on(2, '2026-03-16'), on(3, '2026-03-15')]).toEqual([
      'approve',
      'approve',
      'daily_count_limit 1',
    ]);
  });
});

describe('increments', () => {
  it('add to the hold of their chain, whose newest expiry wins', () => {
    const ledger = openLedger();
    const [soonMs, laterMs] = [NOON_MS + 1, NOON_MS + 2];
    const more = increment(2, 500n);
    ledger.commit(buildProposal({ request: { ...nth(1), expiresAtMs: soonMs } }));
    ledger.commit({ ...more, countedAtMs: 0, request: { ...more.request, expiresAtMs: laterMs } });
    ledger.commit(buildProposal({ ...more, request: { ...more.request, ...nth(3, 1n), expiresAtMs: soonMs } }));
    expect(ledger.snapshot().holds).toEqual([
      {
        accountId: '1',
        chainToken: 'transaction-1',
        amountMinor: 1501n,
        messageClass: 'dual',
        countedAtMs: NOON_MS,
        expiresAtMs: laterMs,
      },
    ]);
  });

  it('are bounded by the total of the chain, before any counter', () => {
    const ledger = openLedger();
    ledger.commit(buildProposal({ request: nth(1) }));
    expect(gist(ledger.commit(increment(2, 501n, 1500n, [demand({ maxAmountMinor: 0n })])))).toBe(
      'transaction_amount_limit',
    );
    expect(gist(ledger.commit(increment(3, 500n, 1500n)))).toBe('approve');
  });

  it('on a chain nobody knows open its hold', () => {
    const ledger = openLedger();
    expect(gist(ledger.commit(increment(2, 500n, 500n)))).toBe('approve');
    expect(ledger.snapshot().holds).toMatchObject([{ accountId: '1', chainToken: 'transaction-1', amountMinor: 500n }]);
  });

  it('count on an imported hold', () => {
    const ledger = openLedger();
    ledger.apply({
      verb: 'import_hold',
      accountId: '1',
      chainToken: 'transaction-1',
      amountMinor: 1200n,
      countedAtMs: 0,
    });
    expect(gist(ledger.commit(increment(2, 500n, 1500n)))).toBe('transaction_amount_limit');
    expect(ledger.invariants()).toEqual([]);
  });
});

describe('funds', () => {
  it('are posted - held + credit line, to the last minor unit', () => {
    const ledger = openLedger(1000n);
    ledger.apply({ verb: 'set_credit_line', accountId: '1', creditLineMinor: 500n });
    ledger.commit(buildProposal({ request: nth(1, 700n) }));
    expect(gist(ledger.commit(buildProposal({ request: nth(2, 801n) })))).toBe('insufficient_funds');
    expect(gist(ledger.commit(buildProposal({ request: nth(3, 800n) })))).toBe('approve');
    expect(accountOf(ledger)).toMatchObject({ postedMinor: 1000n, heldMinor: 1500n, creditLineMinor: 500n });
  });

  it('come after limits', () => {
    const ledger = openLedger(0n);
    const decision = approval({ counters: [demand({ maxCount: 0 })] });
    expect(gist(ledger.commit(buildProposal({ decision })))).toBe('daily_count_limit 1');
  });

  it('do not include expected credits, which post nothing (*nothing is posted on our own word*)', () => {
    const ledger = openLedger(0n);
    const decision = approval({ effect: 'expected_credit' });
    expect(gist(ledger.commit(buildProposal({ request: { ...nth(1), kind: 'credit' }, decision })))).toBe('approve');
    expect(gist(ledger.commit(buildProposal({ request: nth(2, 1n) })))).toBe('insufficient_funds');
    expect(accountOf(ledger)).toMatchObject({ postedMinor: 0n, heldMinor: 0n, pendingCreditMinor: 1000n });
    expect(ledger.snapshot().expectedCredits).toEqual([
      { accountId: '1', transactionToken: 'transaction-1', amountMinor: 1000n },
    ]);
  });
});

describe('what is stored', () => {
  it('is a decision with one outbox row, for declines and for what moves nothing too', () => {
    const ledger = openLedger(0n);
    ledger.commit(buildProposal({ request: nth(1), decision: { outcome: 'decline', reason: 'card_lost' } }));
    ledger.commit(buildProposal({ request: nth(2, 0n), decision: approval({ effect: 'none' }) }));
    ledger.commit(buildProposal({ request: nth(3) }));
    expect(ledger.snapshot().decisions.map((row) => [row.outcome, row.reason, row.outboxRows])).toEqual([
      ['decline', 'card_lost', 1],
      ['approve', undefined, 1],
      ['decline', 'insufficient_funds', 1],
    ]);
  });

  it('is answered with the balances as they stand after it', () => {
    const ledger = openLedger(5000n);
    const result = ledger.commit(buildProposal());
    expect(result).toHaveProperty('balances', {
      currency: 'EUR',
      postedMinor: 5000n,
      heldMinor: 1000n,
      pendingCreditMinor: 0n,
      creditLineMinor: 0n,
    });
  });

  it('stays as it was when a proposal makes no sense', () => {
    const ledger = openLedger();
    const before = ledger.snapshot();
    expect(() => ledger.commit(buildProposal({ accountId: undefined }))).toThrow('*payer*');
    expect(() => ledger.commit(buildProposal({ accountId: '9' }))).toThrow('unknown account');
    expect(() => ledger.commit(buildProposal({ request: { currency: 'USD' } }))).toThrow('*payer*');
    expect(() => ledger.commit(buildProposal({ request: { amountMinor: 0n } }))).toThrow('*zero*');
    expect(ledger.snapshot()).toEqual(before);
  });
});

describe("the operator's commands", () => {
  it('move money once per key, with a counterpart', () => {
    const ledger = openLedger(500n);
    const debit = { verb: 'debit', accountId: '1', amountMinor: 200n, key: 'fee-1', counterpart: 'fees' } as const;
    ledger.apply(debit);
    ledger.apply(debit);
    expect(accountOf(ledger)).toMatchObject({ postedMinor: 300n });
    expect(() => ledger.apply({ ...debit, amountMinor: 1n })).toThrow('another move');
    expect(() => ledger.apply({ ...debit, amountMinor: 301n, key: 'fee-2' })).toThrow('available');
    expect(ledger.invariants()).toEqual([]);
  });

  it('import a hold once, however often the file is read, and take nothing from counters', () => {
    const ledger = openLedger(0n);
    const hold = { verb: 'import_hold', accountId: '1', chainToken: 'old', amountMinor: 300n, countedAtMs: 0 } as const;
    ledger.apply(hold);
    ledger.apply(hold);
    expect(accountOf(ledger)).toMatchObject({ heldMinor: 300n });
    expect(ledger.snapshot().counters).toEqual([]);
    expect(ledger.invariants()).toEqual([]);
  });

  it('raise the owner with each account, and keep one account per owner and currency', () => {
    const ledger = openLedger();
    expect(ledger.ownerVersion(owner)).toBe(1);
    ledger.apply({ verb: 'open_account', accountId: '2', owner, currency: 'USD' });
    expect(ledger.ownerVersion(owner)).toBe(2);
    expect(() => ledger.apply({ verb: 'open_account', accountId: '3', owner, currency: 'USD' })).toThrow('already');
  });
});
