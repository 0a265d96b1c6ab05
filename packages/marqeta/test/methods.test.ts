import type { RequestKind } from '@freeway/core';
import { describe, expect, test } from 'vitest';
import { METHODS } from '../src/methods.ts';
import { decoded, load, unload } from './requests.ts';

function kindOf(
  side: 'load' | 'unload',
  method: string,
  changes = {},
  jit = {},
  unknownMethod: 'authorize' | 'decline' = 'authorize',
) {
  const message = side === 'load' ? load(changes, { method, ...jit }) : unload(changes, { method, ...jit });
  return decoded(message, { unknownMethod }).request.kind;
}

const NOTICES = METHODS.filter((row) => row.section === '5.3').map((row) => row.method);

/** PROTOCOL 5.1 and 5.2, written down a second time. `0` stands for an amount of zero. */
const ACTIONABLE: [method: string, kind: RequestKind, side: 'load' | 'unload', amount?: 0][] = [
  ['pgfs.authorization', 'authorization', 'load'],
  ['pgfs.authorization.incremental', 'increment', 'load'],
  ['pgfs.auth_plus_capture', 'single_message', 'load'],
  ['pgfs.balanceinquiry', 'balance_inquiry', 'load', 0],
  ['pgfs.balanceinquiry', 'balance_inquiry', 'unload', 0],
  ['pgfs.billpayment', 'authorization', 'load'],
  ['pgfs.billpayment.capture', 'single_message', 'load'],
  ['pgfs.original.credit.authorization', 'original_credit', 'unload'],
  ['pgfs.original.credit.auth_plus_capture', 'original_credit', 'unload'],
  ['pgfs.refund.authorization', 'refund_authorization', 'unload'],
  ['pgfs.authorization.account_verification', 'verification', 'load', 0],
  ['pgfs.authorization.cashback', 'authorization', 'load'],
  ['pgfs.authorization.quasi.cash', 'authorization', 'load'],
  ['pgfs.atm.withdrawal', 'authorization', 'load'],
  ['pgfs.pindebit', 'single_message', 'load'],
  ['pgfs.pindebit.cashback', 'single_message', 'load'],
  ['pgfs.pindebit.atm.withdrawal', 'single_message', 'load'],
  ['pgfs.pindebit.quasi.cash', 'single_message', 'load'],
  ['pgfs.pindebit.authorization', 'authorization', 'load'],
  ['pgfs.pindebit.balanceinquiry', 'balance_inquiry', 'load', 0],
  ['pgfs.pindebit.refund', 'credit', 'unload'],
  ['pgfs.network.load', 'credit', 'unload'],
  ['pgfs.product.inquiry', 'notice', 'load', 0],
];

describe('PROTOCOL 5: every method', () => {
  test('the table has all 51 of the enum, each once, and 5.1 and 5.2 are tested here row by row', () => {
    expect(METHODS).toHaveLength(51);
    expect(new Set(METHODS.map((row) => row.method)).size).toBe(51);
    const listed = METHODS.filter((row) => row.section !== '5.3').map((row) => row.method);
    expect(new Set(ACTIONABLE.map(([method]) => method))).toEqual(new Set(listed));
    for (const row of METHODS) expect(row.evidence.length).toBeGreaterThan(0);
  });

  test.each(ACTIONABLE)('%s is %s on the %s side', (method, kind, side, amount) => {
    expect(kindOf(side, method, {}, amount === 0 ? { amount: 0 } : {}, 'decline')).toBe(kind);
  });

  test.each(NOTICES)('%s is acknowledged', (method) => {
    expect(kindOf('load', method, {}, {}, 'decline')).toBe('notice');
    expect(kindOf('unload', method, {}, {}, 'decline')).toBe('notice');
  });
});

describe('unknown methods follow the setting', () => {
  test.each(['pgfs.something.new', 'PGFS.AUTHORIZATION', 'constructor', '__proto__', 'toString'])('%s', (method) => {
    expect(kindOf('load', method)).toBe('authorization');
    expect(kindOf('unload', method)).toBe('credit');
    expect(kindOf('load', method, {}, {}, 'decline')).toBe('refused_method');
    expect(kindOf('unload', method, {}, {}, 'decline')).toBe('refused_method');
  });

  test('account funding is known by its type', () => {
    const kind = (type: string) => kindOf('load', 'pgfs.account.funding', { type }, {}, 'decline');
    expect(kind('account.funding.authorization')).toBe('authorization');
    expect(kind('account.funding.auth_plus_capture')).toBe('single_message');
    expect(kind('authorization')).toBe('refused_method');
    expect(kindOf('unload', 'pgfs.account.funding', { type: 'account.funding.authorization' })).toBe('credit');
    // A method that the table knows is not overruled.
    expect(kindOf('load', 'pgfs.auth_plus_capture', { type: 'account.funding.authorization' })).toBe('single_message');
  });
});

describe('the side of the order decides whether money may leave', () => {
  const credits = METHODS.filter((row) => row.side === 'unload').map((row) => row.method);
  const debits = METHODS.filter((row) => row.side === 'load').map((row) => row.method);

  test.each(credits)('%s on a load faces the debit decision', (method) => {
    expect(kindOf('load', method)).toBe('authorization');
    expect(kindOf('load', method, {}, {}, 'decline')).toBe('refused_method');
  });

  test.each(debits)('%s on an unload holds nothing', (method) => {
    expect(kindOf('unload', method)).toBe('credit');
    expect(kindOf('unload', method, {}, {}, 'decline')).toBe('refused_method');
  });

  test.each(['pgfs.balanceinquiry', 'pgfs.authorization.account_verification'])(
    '%s that asks a load for money is a debit',
    (method) => {
      expect(kindOf('load', method, {}, { amount: 1 })).toBe('authorization');
      expect(kindOf('load', method, {}, { amount: '0.00' })).not.toBe('authorization');
    },
  );

  test('with funding on both orders, the load counts', () => {
    const message = { ...unload(), gpa_order: load()['gpa_order'] };
    expect(decoded(message).request.kind).toBe('authorization');
  });

  test('a load without funding does not hide the unload', () => {
    expect(decoded(unload({ gpa_order: null })).request.kind).toBe('refund_authorization');
    expect(decoded(unload({ gpa_order: { amount: 1 } })).request.kind).toBe('refund_authorization');
  });
});
