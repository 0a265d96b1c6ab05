import { describe, expect, test } from 'vitest';
import { programmeLines } from '../../../src/authorizations/workload/programme-lines.ts';
import {
  badUser,
  badUsersOf,
  earnedReasonOf,
  goodUser,
  goodUsersOf,
  standingOf,
} from '../../../src/authorizations/workload/standing.ts';

const USERS = 95;
const range = (size: number): number[] => Array.from({ length: size }, (_, index) => index);
const cents = (text: unknown): bigint => BigInt(String(text).replace('.', ''));
const lines = [...programmeLines(USERS)].map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the programme', () => {
  test('gives each user an account, a card, a limit of the card by day and one of the account by month', () => {
    expect(lines).toHaveLength(5 * USERS);
    expect(lines.slice(5, 10)).toEqual([
      { type: 'user', token: 'bench_user_1' },
      expect.objectContaining({ type: 'account', user: 'bench_user_1', currency: 'USD', state: 'open' }),
      expect.objectContaining({ type: 'card', token: 'bench_card_1', user: 'bench_user_1', state: 'active' }),
      expect.objectContaining({ type: 'limit', card: 'bench_card_1', window: 'day', max_count: expect.any(Number) }),
      expect.objectContaining({ type: 'limit', account: { user: 'bench_user_1', currency: 'USD' }, window: 'month' }),
    ]);
  });

  test('leaves one account room for ten million purchases of the mean amount', () => {
    const needed = 10_000_000n * 3100n;
    const [, account, , day, month] = lines;
    for (const room of [account?.['opening_balance'], day?.['max_amount'], month?.['max_amount']])
      expect(cents(room)).toBeGreaterThan(needed);
    expect(day?.['max_count']).toBeGreaterThan(10_000_000);
  });

  test('lets one in ten stand badly, in each way, and for one reason only', () => {
    const bad = range(USERS).filter((user) => standingOf(user) !== 'good');
    expect(bad).toEqual([9, 19, 29, 39, 49, 59, 69, 79, 89]);
    for (const user of bad) {
      const [, account, card] = lines.slice(5 * user, 5 * user + 3);
      const faults = [
        card?.['state'] === 'suspended',
        account?.['state'] === 'frozen',
        account?.['opening_balance'] === '0.00',
      ];
      expect(faults.filter(Boolean)).toHaveLength(1);
    }
    expect(new Set(bad.map(standingOf))).toEqual(new Set(['card_suspended', 'account_frozen', 'account_empty']));
  });

  test('numbers those who stand well and those who do not without a gap', () => {
    const good = range(goodUsersOf(USERS)).map(goodUser);
    const bad = range(badUsersOf(USERS)).map(badUser);
    expect([...good, ...bad].toSorted((one, other) => one - other)).toEqual(range(USERS));
    expect(good.every((user) => earnedReasonOf(user) === undefined)).toBe(true);
    expect(bad.every((user) => earnedReasonOf(user) !== undefined)).toBe(true);
  });
});
