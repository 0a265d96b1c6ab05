import { readFileSync } from 'node:fs';
import type { RecordEffect } from '@freeway/core';
import { describe, expect, test } from 'vitest';
import { RECORD_TYPES, recordTypeOf, recordTypesByEvidence } from '../src/record-types.ts';
import { bareRecord, recordOf } from './records.ts';

/** `type` of the transaction in Core API 3.0.40, as published. */
const PUBLISHED = readFileSync(new URL('./fixtures/transaction-types.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

/** PROTOCOL 5.1 to 5.4 and money.md *type first*, *disputes*, written down a second time. Nothing stands for the rest. */
const EFFECTS: Readonly<Partial<Record<RecordEffect, string>>> = {
  hold: `authorization authorization.atm.withdrawal authorization.cashback authorization.quasi.cash authorization.standin
    pindebit.authorization account.funding.authorization gpa.credit.authorization.billpayment`,
  single: `pindebit pindebit.atm.withdrawal pindebit.cashback pindebit.quasi.cash account.funding.auth_plus_capture`,
  increment: 'authorization.incremental',
  advice: 'authorization.advice',
  release: `authorization.reversal pindebit.authorization.reversal account.funding.authorization.reversal
    gpa.credit.authorization.billpayment.reversal`,
  clearing: `authorization.clearing authorization.clearing.atm.withdrawal authorization.clearing.cashback
    authorization.clearing.quasi.cash pindebit.authorization.clearing account.funding.authorization.clearing
    gpa.credit.billpayment`,
  expiry: 'authorization.reversal.issuerexpiration pindebit.authorization.reversal.issuerexpiration',
  single_reversal: 'pindebit.reversal account.funding.auth_plus_capture.reversal',
  expected_credit: 'refund.authorization original.credit.authorization',
  expected_credit_advice: 'refund.authorization.advice',
  expected_credit_reversal: 'refund.authorization.reversal original.credit.authorization.reversal',
  credit: `refund refund.authorization.clearing original.credit.authorization.clearing original.credit.auth_plus_capture
    pindebit.refund gpa.credit.networkload directdeposit.credit directdeposit.debit.reversal account.credit
    pindebit.credit.adjustment`,
  credit_reversal: `original.credit.auth_plus_capture.reversal pindebit.refund.reversal gpa.credit.networkload.reversal
    directdeposit.credit.reversal`,
  debit: 'gpa.debit.networkload directdeposit.debit account.debit pindebit.debit.adjustment',
  dispute_chargeback: 'authorization.clearing.chargeback pindebit.chargeback',
  dispute_provisional_credit: `authorization.clearing.chargeback.provisional.credit pindebit.chargeback.provisional.credit
    dispute.credit`,
  dispute_take_back: `authorization.clearing.chargeback.provisional.debit authorization.clearing.chargeback.reversal
    pindebit.chargeback.provisional.debit pindebit.chargeback.reversal dispute.debit`,
  dispute_completed: 'authorization.clearing.chargeback.completed pindebit.chargeback.completed',
  unexplained: `gpa.credit gpa.credit.reversal gpa.debit gpa.grant gpa.credit.issueroperator gpa.debit.issueroperator
    gpa.credit.chargeback gpa.credit.chargeback.reversal funds.expire reward.earn transfer.peer pindebit.transfer
    transit.offer unknown
    transfer.from.checking.hold transfer.from.checking.clear transfer.to.checking.open transfer.to.checking.clear
    transfer.from.savings.hold transfer.from.savings.clear transfer.to.savings.open transfer.to.savings.clear
    fps.debit.hold fps.debit.hold.reverse fps.debit.clear fps.debit.clear.reverse
    fps.credit.open fps.credit.open.reverse fps.credit.clear fps.credit.clear.reverse
    open.banking.fps.debit.hold open.banking.fps.debit.hold.reverse
    open.banking.fps.debit.clear open.banking.fps.debit.clear.reverse
    interest.posting.clear interest.posting.clear.reverse interest.posting.adjustment`,
};

const expected = new Map<string, RecordEffect>(
  Object.entries(EFFECTS).flatMap(([effect, types]) =>
    types.split(/\s+/).map((type) => [type, effect as RecordEffect] as const),
  ),
);

const counterpartOf = (type: string) => recordOf(bareRecord({ type })).counterpart;

describe('money.md type first: every published type', () => {
  test('is one of 142, and has exactly one row; no row is for another', () => {
    expect(PUBLISHED).toHaveLength(142);
    expect(RECORD_TYPES.map(({ type }) => type).toSorted()).toEqual(PUBLISHED.toSorted());
    expect(PUBLISHED).toEqual(expect.arrayContaining([...expected.keys()]));
  });

  test.each(PUBLISHED)('%s', (type) => {
    const effect = expected.get(type) ?? 'no_money';
    const row = recordTypeOf(type);
    expect(row).toMatchObject({ type, effect });
    // Approved, with an amount: what the table says is what the record does.
    const record = recordOf(bareRecord({ type, state: 'COMPLETION', amount: 7 }));
    expect(record).toMatchObject({ type, effect, outcome: 'approved', amountMinor: 700n });
    expect(row?.evidence.length).toBeGreaterThan(0);
    // What books nothing says why.
    expect(row?.note !== undefined).toBe(effect === 'no_money' || effect === 'unexplained');
  });

  test('money has its other side', () => {
    expect(counterpartOf('authorization.clearing')).toBe('settlement');
    expect(counterpartOf('gpa.credit.networkload')).toBe('settlement');
    expect(counterpartOf('directdeposit.credit')).toBe('funding');
    expect(counterpartOf('account.debit')).toBe('adjustments');
    expect(counterpartOf('authorization.clearing.chargeback')).toBe('disputes');
    expect(counterpartOf('fps.debit.clear')).toBe('suspense');
  });
});

describe('what no row explains', () => {
  const types = ['authorization.teleport', 'Authorization', 'constructor', '__proto__', 'fps.debit.clear', 'unknown'];

  test.each(types)('%s with a success code and an amount is an exception', (type) => {
    expect(recordOf(bareRecord({ type, amount: 0.01 })).effect).toBe('unexplained');
    expect(recordOf(bareRecord({ type, amount: 'much' })).effect).toBe('unexplained');
    expect(recordOf(bareRecord({ type, amount: undefined })).effect).toBe('unexplained');
  });

  test.each(types)('%s without success or without money is none', (type) => {
    expect(recordOf(bareRecord({ type, amount: 0 })).effect).toBe('no_money');
    expect(recordOf(bareRecord({ type, state: 'DECLINED', response: { code: '1016' } })).effect).toBe('no_money');
    expect(recordOf(bareRecord({ type, response: undefined })).effect).toBe('no_money');
  });

  test('a type that is missing or no text is one of them', () => {
    for (const type of [undefined, null, 7, {}, ''])
      expect(recordOf(bareRecord({ type }))).toMatchObject({ type: '', effect: 'unexplained' });
  });
});

describe('names beside the published list', () => {
  test.each([
    ['pindebit.quasicash', 'single'],
    ['credit.adjustment', 'credit'],
    ['debit.adjustment', 'debit'],
    ['authorization.clearing.representment', 'no_money'],
    ['authorization.clearing.chargeback.representment', 'no_money'],
    ['pindebit.representment', 'no_money'],
    ['pindebit.chargeback.representment', 'no_money'],
  ])('%s is %s', (type, effect) => {
    expect(recordOf(bareRecord({ type })).effect).toBe(effect);
    expect(PUBLISHED).not.toContain(type);
  });
});

test('docs/marqeta.md 5.7 says what the table says', () => {
  const page = readFileSync(new URL('../../../docs/marqeta.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('### 5.7'), page.indexOf('## 6.'));
  const documented = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const rows = RECORD_TYPES.map(({ type, effect, counterpart, note, section: where, evidence }) => [
    `\`${type}\``,
    effect,
    note ?? counterpart,
    where,
    evidence.map((tag) => `[${tag}]`).join(' '),
  ]);
  expect(documented).toEqual(rows);
});

describe('evidence', () => {
  test('the rows that only we infer are listable', () => {
    const inferred = recordTypesByEvidence(['I']).map(({ type }) => type);
    expect(inferred).toEqual(expect.arrayContaining(['pindebit.reversal', 'gpa.debit.networkload', 'unknown']));
    for (const type of ['authorization', 'authorization.clearing', 'refund', 'authorization.reversal'])
      expect(inferred).not.toContain(type);
    for (const type of inferred) expect(recordTypeOf(type)?.evidence).toEqual(['I']);
  });

  test('every tag allowed is every row', () => {
    expect(recordTypesByEvidence(['D', 'O', 'C', 'S', 'P', 'I'])).toHaveLength(142);
    expect(recordTypesByEvidence([])).toEqual([]);
  });
});
