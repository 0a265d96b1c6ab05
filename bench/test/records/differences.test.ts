import { describe, expect, test } from 'vitest';
import type { Balance } from '../../src/records/expected-books.ts';
import { differencesOf } from '../../src/records/ledger-reader.ts';

const balance = (posted: number, held: number): Balance => ({ posted: BigInt(posted), held: BigInt(held) });
const expected = (user: number): Balance => balance(-10 * user, user);

describe('the balances of the ledger and those that were sent', () => {
  const ledger = new Map([
    ['bench_user_0', balance(0, 0)],
    ['bench_user_1', balance(-10, 1)],
  ]);

  test('are the same', () => {
    expect(differencesOf(new Map([...ledger, ['suspense', balance(0, 0)]]), expected, 2)).toEqual([]);
  });

  test.each<[string, string, Balance]>([
    ['one unit posted too much', 'bench_user_1', balance(-11, 1)],
    ['one unit held too much', 'bench_user_0', balance(0, 1)],
    ['money on an account that nobody sent any to', 'suspense', balance(-1, 0)],
  ])('differ by %s', (_, token, wrong) => {
    const [difference, ...others] = differencesOf(new Map([...ledger, [token, wrong]]), expected, 2);
    expect(difference).toContain(token);
    expect(difference).toContain(`posted ${wrong.posted}, held ${wrong.held} instead of`);
    expect(others).toEqual([]);
  });

  test('differ where an account is missing', () => {
    expect(differencesOf(ledger, expected, 3)).toEqual(['bench_user_2: no account instead of posted -20, held 2']);
  });
});
