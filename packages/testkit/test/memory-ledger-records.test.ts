import type { TransactionRecord } from '@freeway/core';
import { describe, expect, it } from 'vitest';
import { approval, buildProposal, buildRecord, createMemoryLedger, NOON_MS } from '../src/index.ts';
import type { MemoryLedger, Overrides } from '../src/index.ts';

const owner = { kind: 'user', token: 'user-1' } as const;

/** Account 1 (EUR) of user-1 with 100.00, and a daily limit on its card. */
function openLedger(): MemoryLedger {
  const ledger = createMemoryLedger();
  ledger.apply({ verb: 'open_account', accountId: '1', owner, currency: 'EUR' });
  ledger.apply({ verb: 'credit', accountId: '1', amountMinor: 10_000n, key: 'opening', counterpart: 'funding' });
  const subject = { kind: 'card', token: 'card-1' } as const;
  ledger.putLimit({ limitId: 1, token: 'limit-1', subject, currency: 'EUR', window: 'day', maxAmountMinor: '50000' });
  return ledger;
}

const counters = [{ limitId: 1, window: 'day', windowStart: '2026-03-15', amountMinor: 1000n, count: 1 } as const];

/** What `buildRecord` says, of the nth transaction of the chain that the first opens. */
function follow(n: number, overrides: Overrides<TransactionRecord>): TransactionRecord {
  return buildRecord({
    transactionToken: `transaction-${n}`,
    links: { parentTransactionTokens: ['transaction-1'], parentMessageTokens: [] },
    createdAtMs: NOON_MS + n * 1000,
    ...overrides,
  });
}

function balances(ledger: MemoryLedger, accountId = '1'): string {
  const { postedMinor, heldMinor, pendingCreditMinor } = ledger.balances(accountId) ?? {};
  return `${postedMinor} ${heldMinor} ${pendingCreditMinor}`;
}

describe('a record', () => {
  it('confirms an approval, and resizes it with its counters', () => {
    const ledger = openLedger();
    ledger.commit(buildProposal({ decision: approval({ counters }) }));
    expect(ledger.record([buildRecord({ amountMinor: 800n })])).toEqual([
      { status: 'applied', chainToken: 'transaction-1', accountId: '1', exceptions: [] },
    ]);
    expect(balances(ledger)).toBe('10000 800 0');
    expect(ledger.snapshot().counters).toMatchObject([{ amountMinor: 800n, count: 1 }]);
    expect(ledger.snapshot().decisions).toMatchObject([{ confirmed: 'approved' }]);
  });

  it('undoes what it declines, amount and count', () => {
    const ledger = openLedger();
    ledger.commit(buildProposal({ decision: approval({ counters }) }));
    ledger.record([buildRecord({ outcome: 'refused' })]);
    expect(balances(ledger)).toBe('10000 0 0');
    expect(ledger.snapshot().counters).toEqual([]);
    expect(ledger.snapshot().decisions).toMatchObject([{ outcome: 'approve', confirmed: 'refused' }]);
  });

  it('changes nothing when it comes again, in the same batch or later', () => {
    const ledger = openLedger();
    const clearing = follow(2, { effect: 'clearing' });
    const statuses = (records: TransactionRecord[]) => ledger.record(records).map(({ status }) => status);
    expect(statuses([buildRecord(), clearing, clearing])).toEqual(['applied', 'applied', 'duplicate']);
    const before = ledger.snapshot();
    expect(statuses([structuredClone(clearing), buildRecord()])).toEqual(['duplicate', 'duplicate']);
    expect(ledger.snapshot()).toEqual(before);
  });

  it('books the difference when something comes late, so that entries still balance', () => {
    const ledger = openLedger();
    ledger.record([follow(3, { effect: 'credit_reversal', amountMinor: 300n })]);
    expect(balances(ledger)).toBe('10000 0 0');
    ledger.record([buildRecord({ effect: 'credit', amountMinor: 200n })]);
    expect(balances(ledger)).toBe('10000 0 0');
    expect(ledger.snapshot().postings).toMatchObject([
      { transactionToken: 'transaction-1', amountMinor: 200n },
      { transactionToken: 'transaction-3', amountMinor: -200n },
    ]);
    expect(ledger.invariants()).toEqual([]);
  });

  it('takes from limits where no decision of ours did (*taken beyond the limit*)', () => {
    const ledger = openLedger();
    ledger.record([buildRecord({ isStandIn: true, amountMinor: 90_000n })]);
    expect(ledger.snapshot().counters).toMatchObject([{ limitId: 1, amountMinor: 90_000n, count: 1 }]);
  });

  it('books what is nobody’s to suspense and lists it, until its owner is named (*nobody’s money*)', () => {
    const ledger = openLedger();
    ledger.record([follow(2, { effect: 'clearing', owner: undefined })]);
    expect(balances(ledger, 'suspense EUR')).toBe('-1000 0 0');
    expect(ledger.snapshot().exceptions.map(({ reason }) => reason)).toEqual(['missing_parent', 'no_account']);
    ledger.record([buildRecord()]);
    expect(balances(ledger)).toBe('9000 0 0');
    expect(ledger.snapshot()).toMatchObject({ accounts: [{ accountId: '1' }], exceptions: [] });
  });
});

describe('chains', () => {
  it.each([
    ['the transaction', { parentTransactionTokens: ['transaction-1'], parentMessageTokens: [] }],
    ['the message', { parentTransactionTokens: [], parentMessageTokens: ['message-1'] }],
    ['nothing, but shares an order', { parentTransactionTokens: [], parentMessageTokens: [], orderToken: 'order-1' }],
  ])('are joined by what names %s', (_, links) => {
    const ledger = openLedger();
    const own = {
      messageToken: 'message-1',
      orderToken: 'order-1',
      parentTransactionTokens: [],
      parentMessageTokens: [],
    };
    ledger.record([buildRecord({ links: own }), follow(2, { effect: 'release', amountMinor: 400n, links })]);
    expect(ledger.snapshot().holds).toMatchObject([{ chainToken: 'transaction-1', amountMinor: 600n }]);
  });

  it('are not joined by what opens one, though it shares an order, nor across currencies', () => {
    const ledger = openLedger();
    const links = { parentTransactionTokens: [], parentMessageTokens: [], orderToken: 'order-1' };
    ledger.record([buildRecord({ links }), follow(2, { links }), follow(3, { effect: 'clearing', currency: 'USD' })]);
    expect(ledger.snapshot().holds.map(({ chainToken }) => chainToken)).toEqual(['transaction-1', 'transaction-2']);
    expect(balances(ledger, 'suspense USD')).toBe('-1000 0 0');
  });

  it('have a name of their own also where nothing is booked', () => {
    const ledger = openLedger();
    const [one, other] = ledger.record(
      [buildRecord({ effect: 'no_money' }), follow(9, { effect: 'no_money', links: undefined })].map((record) => ({
        ...record,
        links: { parentTransactionTokens: [], parentMessageTokens: [] },
      })),
    );
    expect([one?.chainToken, other?.chainToken]).toEqual(['transaction-1', 'transaction-9']);
  });
});

describe('a decision that records overtook', () => {
  it('reserves nothing and needs no money: the record has done it', () => {
    const ledger = openLedger();
    ledger.record([buildRecord({ amountMinor: 9500n })]);
    const late = buildProposal({ request: { amountMinor: 9500n }, decision: approval({ counters }) });
    expect(ledger.commit(late)).toMatchObject({ status: 'committed', decision: { outcome: 'approve' } });
    ledger.settle();
    expect(balances(ledger)).toBe('10000 9500 0');
    expect(ledger.snapshot().counters).toMatchObject([{ amountMinor: 9500n, count: 1 }]);
    expect(ledger.snapshot().decisions).toMatchObject([{ confirmed: 'approved' }]);
  });

  it('holds only what what followed it has left', () => {
    const ledger = openLedger();
    ledger.record([follow(2, { effect: 'clearing', amountMinor: 700n, clearing: { isFinal: false } })]);
    ledger.commit(buildProposal());
    ledger.settle();
    expect(balances(ledger)).toBe('9300 300 0');
    expect(ledger.snapshot().exceptions).toEqual([]);
  });

  it('is checked like any other where it only adds to a chain that records know, under their name of it', () => {
    const ledger = openLedger();
    const links = { parentTransactionTokens: ['transaction-0'], parentMessageTokens: [] };
    ledger.record([buildRecord({ effect: 'increment', links })]);
    const more = (n: number, amountMinor: bigint) =>
      ledger.commit(
        buildProposal({
          request: {
            transactionToken: `transaction-${n}`,
            messageToken: `message-${n}`,
            amountMinor,
            kind: 'increment',
          },
          chainToken: 'transaction-1',
        }),
      );
    expect(more(2, 9001n)).toMatchObject({ decision: { reason: 'insufficient_funds' } });
    expect(more(3, 9000n)).toMatchObject({ decision: { outcome: 'approve' } });
    expect(ledger.snapshot().holds).toMatchObject([{ chainToken: 'transaction-0', amountMinor: 10_000n }]);
  });
});

describe('an approval whose caller was told no', () => {
  it('is undone, amount and count, and repeats as the answer that was given', () => {
    const ledger = openLedger();
    ledger.commit(buildProposal({ decision: approval({ counters }) }));
    expect(ledger.voidApproval('message-1')).toBe('voided');
    expect(balances(ledger)).toBe('10000 0 0');
    expect(ledger.snapshot().counters).toEqual([]);
    expect(ledger.commit(buildProposal())).toMatchObject({
      status: 'repeat',
      decision: { reason: 'ledger_unavailable' },
    });
    expect([ledger.voidApproval('message-1'), ledger.voidApproval('message-9')]).toEqual(['declined', 'absent']);
    expect(ledger.invariants()).toEqual([]);
  });

  it.each([
    ['approved', 'confirmed', '10000 1000 0'],
    ['refused', 'declined', '10000 0 0'],
  ] as const)('stays as the platform says once it has %s', (outcome, expected, after) => {
    const ledger = openLedger();
    ledger.commit(buildProposal());
    ledger.record([buildRecord({ outcome })]);
    expect(ledger.voidApproval('message-1')).toBe(expected);
    expect(balances(ledger)).toBe(after);
  });
});

it('a chain that an operator has assigned books there, with all that it has booked, and is nobody’s no more', () => {
  const ledger = openLedger();
  ledger.record([buildRecord({ effect: 'clearing', owner: undefined })]);
  const chain = { transactionToken: 'transaction-1', currency: 'EUR' };
  ledger.assign(chain, '1');
  ledger.record([follow(2, { effect: 'clearing', owner: undefined, amountMinor: 50n })]);
  expect(balances(ledger)).toBe('8950 0 0');
  expect(ledger.snapshot().exceptions.map(({ reason }) => reason)).not.toContain('no_account');
  expect(ledger.invariants()).toEqual([]);
});
