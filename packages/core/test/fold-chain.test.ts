import { describe, expect, it } from 'vitest';
import { DEFAULT_CHAIN_POLICY, foldChain, type TransactionRecord } from '../src/index.ts';

const NOON_MS = Date.UTC(2026, 2, 15, 12);

/** An approved record of 10.00 EUR that holds, created at the given second after noon. */
function record(atSecond: number, overrides: Partial<TransactionRecord>): TransactionRecord {
  const createdAtMs = NOON_MS + atSecond * 1000;
  return {
    transactionToken: `t${atSecond}`,
    type: 'any',
    state: 'PENDING',
    source: 'platform',
    effect: 'hold',
    outcome: 'approved',
    amountMinor: 1000n,
    isRounded: false,
    currency: 'EUR',
    counterpart: 'settlement',
    links: { parentTransactionTokens: atSecond === 0 ? [] : ['t0'], parentMessageTokens: [] },
    createdAtMs,
    countedAtMs: createdAtMs,
    isCompleted: false,
    isFullReversal: false,
    isStandIn: false,
    fastFunds: false,
    settlement: {},
    ...overrides,
  };
}

function fold(...records: TransactionRecord[]) {
  const { hold, postings, expectedCredits, counts, exceptions } = foldChain(
    { decisions: [], records, limitIds: [1] },
    DEFAULT_CHAIN_POLICY,
  );
  return {
    heldMinor: hold.amountMinor,
    postedMinor: postings.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    expectedMinor: expectedCredits.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    count: counts.count,
    exceptions: exceptions.map(({ reason, transactionToken }) => `${transactionToken} ${reason}`),
    postings,
  };
}

const QUIET = { heldMinor: 0n, postedMinor: 0n, expectedMinor: 0n, exceptions: [] };

describe('a chain that was reversed in full', () => {
  const reversed = [record(0, {}), record(1, { effect: 'release', isFullReversal: true })];

  it('gives its count back (money.md *back in full*), and no later expiry takes it again', () => {
    expect(fold(...reversed)).toMatchObject({ ...QUIET, count: 0 });
    expect(fold(...reversed, record(2, { effect: 'expiry' }))).toMatchObject({ ...QUIET, count: 0 });
  });

  it('counts on where it only expired', () => {
    const expired = [record(0, {}), record(1, { effect: 'expiry' })];
    expect(fold(...expired)).toMatchObject({ ...QUIET, count: 1 });
  });
});

describe('a debit', () => {
  it('is what a credit that gives it back follows: nothing is missing', () => {
    const debit = record(0, { effect: 'debit', counterpart: 'adjustments' });
    const credit = record(1, { effect: 'credit', counterpart: 'adjustments', amountMinor: 400n });
    expect(fold(debit, credit)).toMatchObject({ ...QUIET, postedMinor: -600n });
    expect(fold(credit)).toMatchObject({ postedMinor: 400n, exceptions: ['t1 missing_parent'] });
  });
});

describe('an advice on a promised credit', () => {
  const advice = record(2, { effect: 'expected_credit_advice', amountMinor: 800n });

  it('sets what is promised', () => {
    expect(fold(record(0, { effect: 'expected_credit' }), advice)).toMatchObject({ ...QUIET, expectedMinor: 800n });
  });

  it.each([
    ['posted', record(1, { effect: 'credit' }), 1000n],
    ['taken back', record(1, { effect: 'expected_credit_reversal' }), 0n],
  ])('promises nothing again once it is %s', (_, ending, postedMinor) => {
    expect(fold(record(0, { effect: 'expected_credit' }), ending, advice)).toMatchObject({
      expectedMinor: 0n,
      postedMinor,
      exceptions: ['t2 advice_after_close'],
    });
  });
});

describe('a dispute', () => {
  const dispute = { caseToken: 'case-1', creditsCardholder: true };
  const purchase = record(0, { effect: 'single', isCompleted: true });
  const credit = record(2, { effect: 'dispute_provisional_credit', dispute });

  it('still has its credit before it where nothing could be taken back', () => {
    const takeBack = record(1, { effect: 'dispute_take_back', dispute });
    expect(fold(purchase, takeBack, credit)).toMatchObject({
      postedMinor: 0n,
      exceptions: ['t1 reversed_beyond_posted'],
    });
  });

  it('still has its credit before it where it credited nothing', () => {
    const nothing = record(1, { effect: 'dispute_chargeback', dispute, amountMinor: 0n });
    expect(fold(purchase, nothing, credit)).toMatchObject({ ...QUIET, postedMinor: 0n });
  });

  it('credits once, also after it was taken back', () => {
    const takeBack = record(3, { effect: 'dispute_take_back', dispute });
    const again = record(4, { effect: 'dispute_provisional_credit', dispute });
    expect(fold(purchase, credit, takeBack, again)).toMatchObject({
      postedMinor: -1000n,
      exceptions: ['t4 disputed_twice'],
    });
  });
});

it('what one transaction books with one counterpart is one posting, and none when it comes back in full', () => {
  const purchase = record(0, { effect: 'single', isCompleted: true });
  const back = record(1, { effect: 'single_reversal', transactionToken: 't0', amountMinor: 300n });
  expect(fold(purchase, back).postings).toEqual([
    { transactionToken: 't0', counterpart: 'settlement', amountMinor: -700n },
  ]);
  expect(fold(purchase, { ...back, amountMinor: 1000n }).postings).toEqual([]);
});

it('a refusal undoes an approval of ours also where its amount cannot be read', () => {
  const decision = {
    transactionToken: 't0',
    chainToken: 't0',
    effect: 'hold' as const,
    amountMinor: 1000n,
    accountId: '1',
    createdAtMs: NOON_MS,
    countedAtMs: NOON_MS,
    isImported: false,
  };
  const refused = record(0, { outcome: 'refused', amountMinor: 0n, amountFault: 'missing' });
  const outcome = foldChain({ decisions: [decision], records: [refused], limitIds: [] }, DEFAULT_CHAIN_POLICY);
  expect(outcome.hold.amountMinor).toBe(0n);
  expect(outcome.decided.get('t0')).toBe('refused');
  expect(outcome.exceptions).toEqual([]);
});
