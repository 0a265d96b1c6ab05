import { describe, expect, test } from 'vitest';
import { benchProgramme } from '../../../../src/authorizations/references/textbook/bench-programme.ts';
import { readRequest } from '../../../../src/authorizations/references/textbook/read-request.ts';
import { programmeLines } from '../../../../src/authorizations/workload/programme-lines.ts';
import { jitMessage } from './jit-message.ts';

const minorOf = (text: unknown): bigint => BigInt(String(text).replace('.', ''));

describe('a request as textbook reads it', () => {
  test.each([
    ['12.30', 1230n],
    ['7', 700n],
    ['0.05', 5n],
    ['99999999999.9', 9_999_999_999_990n],
  ])('the amount %s is exact, and keeps its digits', (amountText, amountMinor) => {
    expect(readRequest(jitMessage({ amountText }))).toMatchObject({ amountText, amountMinor });
  });

  test.each(['-1.00', '1.005', '1e3', '"1.00"', 'null'])('an amount of %s cannot be answered', (amountText) => {
    expect(readRequest(jitMessage({ amountText }))).toBeUndefined();
  });

  test.each([
    ['pgfs.authorization', 'purchase'],
    ['pgfs.auth_plus_capture', 'purchase'],
    ['pgfs.authorization.incremental', 'increment'],
    ['pgfs.refund.authorization', 'refund'],
    ['pgfs.balanceinquiry', 'inquiry'],
    ['pgfs.authorization.account_verification', 'verification'],
    ['pgfs.something.new', 'unsupported'],
  ])('%s is a %s', (method, kind) => {
    expect(readRequest(jitMessage({ method }))).toMatchObject({ method, kind });
  });

  test('a purchase of nothing only asks', () => {
    expect(readRequest(jitMessage({ amountText: '0.00' }))?.kind).toBe('verification');
  });

  test('only an increment is of the chain of what it follows', () => {
    const transactionToken = 'later';
    const preceding = 'first';
    const chainOf = (method: string) => readRequest(jitMessage({ method, transactionToken, preceding }))?.chainToken;
    expect(chainOf('pgfs.authorization.incremental')).toBe('first');
    expect(chainOf('pgfs.authorization')).toBe('later');
  });

  test.each(['', '{', 'null', '[]', '{"token":"t"}'])('a body of %j is none', (body) => {
    expect(readRequest(body)).toBeUndefined();
  });
});

test('textbook has the programme that the gateway imports', () => {
  const { users, standingOf, openingMinor, dayMaxMinor, dayMaxCount, monthMaxMinor } = benchProgramme(40);
  const lines = [...programmeLines(users)].map((line) => JSON.parse(line) as Record<string, unknown>);
  const ofType = (type: string) => lines.filter((line) => line['type'] === type);
  expect(ofType('account').map((line) => minorOf(line['opening_balance']))).toEqual(
    Array.from({ length: users }, (_, user) => (standingOf(user) === 'account_empty' ? 0n : openingMinor)),
  );
  expect(ofType('account').filter(({ state }) => state === 'frozen')).toHaveLength(1);
  expect(ofType('card').filter(({ state }) => state === 'suspended')).toHaveLength(2);
  for (const limit of ofType('limit')) {
    const isDay = limit['window'] === 'day';
    expect(minorOf(limit['max_amount'])).toBe(isDay ? dayMaxMinor : monthMaxMinor);
    expect(limit['max_count']).toBe(isDay ? dayMaxCount : undefined);
  }
});
