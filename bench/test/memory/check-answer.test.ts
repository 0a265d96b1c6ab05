import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../src/memory/check-answer.ts';

const REQUEST = { body: '', token: 't_1', method: 'pgfs.authorization', userToken: 'u_1', amountText: '12.50' };
const FUNDING = { token: 't_1', method: 'pgfs.authorization', user_token: 'u_1', amount: 12.5 };
const answer = (changes: object = {}): string => JSON.stringify({ jit_funding: { ...FUNDING, ...changes } });

describe('an answer', () => {
  test('is right with the words of its request', () => {
    expect(checkAnswer(REQUEST, 200, answer({ tags: 'more' }))).toEqual({ outcome: 'approved' });
    expect(checkAnswer(REQUEST, 402, answer({ decline_reason: 'AMOUNT_LIMIT_EXCEEDED' }))).toEqual({
      outcome: 'declined',
      reason: 'AMOUNT_LIMIT_EXCEEDED',
    });
  });

  test.each([
    [500, answer(), 'status 500'],
    [201, answer(), 'status 201'],
    [200, 'approved', 'no jit_funding'],
    [200, 'null', 'no jit_funding'],
    [200, '{"jit_funding":null}', 'no jit_funding'],
    [200, JSON.stringify(FUNDING), 'no jit_funding'],
    [200, answer({ token: 't_2' }), 'another token'],
    [200, answer({ method: undefined }), 'another method'],
    [200, answer({ user_token: 'u_2' }), 'another user_token'],
    [200, answer({ amount: 12.51 }), 'another amount'],
    [402, answer({ amount: '12.50', decline_reason: 'AMOUNT_LIMIT_EXCEEDED' }), 'another amount'],
    [200, answer({ decline_reason: 'AMOUNT_LIMIT_EXCEEDED' }), 'approved with a decline_reason'],
    [402, answer(), 'declined with undefined'],
    [402, answer({ decline_reason: 'INVALID_CARD' }), 'declined with INVALID_CARD'],
  ])('%i %s is wrong: %s', (status, body, fault) => {
    expect(checkAnswer(REQUEST, status, body)).toEqual({
      outcome: 'wrong',
      fault: expect.stringContaining(fault) as string,
    });
  });
});
