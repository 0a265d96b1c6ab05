import { describe, expect, test } from 'vitest';
import { checkAnswer, checkStatusAlone } from '../../../src/authorizations/load/check-answer.ts';
import type { Expected, JitRequest } from '../../../src/authorizations/workload/jit-request.ts';

const FUNDING = { token: 'm_1', method: 'pgfs.authorization', user_token: 'u_1', amount: 12.5 };
const answer = (changes: object = {}): string => JSON.stringify({ jit_funding: { ...FUNDING, ...changes } });

function request(expected: Expected): JitRequest {
  return {
    body: '',
    token: 'm_1',
    method: 'pgfs.authorization',
    userToken: 'u_1',
    amountText: '12.50',
    transactionToken: 't_1',
    orderToken: 'o_1',
    user: 1,
    expected,
  };
}

const APPROVE: Expected = { outcome: 'approve' };
const INQUIRE: Expected = { outcome: 'inquire' };
const DECLINE: Expected = { outcome: 'decline', reason: 'INSUFFICIENT_FUNDS' };
const REPEAT: Expected = { outcome: 'repeat', of: { status: 200, body: answer() } };
const BALANCES = { balances: { USD: { currency_code: 'USD', available_balance: 10.01 } } };

describe('an answer', () => {
  test('is right when it says what was expected in the words of its request', () => {
    expect(checkAnswer(request(APPROVE), 200, answer({ tags: 'more' }))).toEqual({ outcome: 'approved' });
    expect(checkAnswer(request(INQUIRE), 200, answer(BALANCES))).toEqual({ outcome: 'approved' });
    expect(checkAnswer(request(DECLINE), 402, answer({ decline_reason: 'INSUFFICIENT_FUNDS' }))).toEqual({
      outcome: 'declined',
      reason: 'INSUFFICIENT_FUNDS',
    });
    expect(checkAnswer(request(REPEAT), 200, answer())).toEqual({ outcome: 'repeated' });
  });

  test.each<[Expected, number, string, string]>([
    [APPROVE, 500, '{"message":"why"}', 'status 500: why'],
    [APPROVE, 500, '', 'status 500'],
    [APPROVE, 201, answer(), 'status 201'],
    [REPEAT, 503, answer(), 'status 503'],
    [APPROVE, 200, 'approved', 'no jit_funding'],
    [APPROVE, 200, 'null', 'no jit_funding'],
    [APPROVE, 200, '{"jit_funding":null}', 'no jit_funding'],
    [APPROVE, 200, JSON.stringify(FUNDING), 'no jit_funding'],
    [APPROVE, 200, answer({ token: 'm_2' }), 'another token'],
    [APPROVE, 200, answer({ method: undefined }), 'another method'],
    [APPROVE, 200, answer({ user_token: 'u_2' }), 'another user_token'],
    [APPROVE, 200, answer({ amount: 12.51 }), 'another amount'],
    [DECLINE, 402, answer({ amount: '12.50', decline_reason: 'INSUFFICIENT_FUNDS' }), 'another amount'],
    [APPROVE, 200, answer({ decline_reason: 'INSUFFICIENT_FUNDS' }), 'approved with a decline_reason'],
    [APPROVE, 402, answer({ decline_reason: 'INSUFFICIENT_FUNDS' }), 'declined with INSUFFICIENT_FUNDS, not approved'],
    [DECLINE, 402, answer({ decline_reason: 'INVALID_CARD' }), 'declined with INVALID_CARD, not INSUFFICIENT_FUNDS'],
    [DECLINE, 402, answer(), 'declined with undefined, not INSUFFICIENT_FUNDS'],
    [DECLINE, 200, answer(), 'approved, not declined with INSUFFICIENT_FUNDS'],
    [INQUIRE, 200, answer(), 'no balance'],
    [INQUIRE, 200, answer({ balances: { USD: null } }), 'no balance'],
    [REPEAT, 402, answer(), 'another answer to the same message'],
    [REPEAT, 200, answer({ tags: 'decided anew' }), 'another answer to the same message'],
  ])('%j with %i %s is wrong: %s', (expected, status, body, fault) => {
    expect(checkAnswer(request(expected), status, body)).toEqual({
      outcome: 'wrong',
      fault: expect.stringContaining(fault) as string,
    });
  });

  test('of a server without a ledger is right by its status', () => {
    expect(checkStatusAlone(request(DECLINE), 200, 'anything')).toEqual({ outcome: 'approved' });
    expect(checkStatusAlone(request(APPROVE), 402, answer())).toEqual({ outcome: 'wrong', fault: 'status 402' });
    expect(checkStatusAlone(request(APPROVE), 503, JSON.stringify({ message: 'x'.repeat(300) }))).toEqual({
      outcome: 'wrong',
      fault: `status 503: ${'x'.repeat(200)}`,
    });
  });
});
