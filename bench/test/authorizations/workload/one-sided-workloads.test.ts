import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/random.ts';
import { createColdCards } from '../../../src/authorizations/workload/create-cold-cards.ts';
import { createHotAccount } from '../../../src/authorizations/workload/create-hot-account.ts';
import { createUniform } from '../../../src/authorizations/workload/create-uniform.ts';
import type { JitRequest } from '../../../src/authorizations/workload/jit-request.ts';
import { earnedReasonOf } from '../../../src/authorizations/workload/standing.ts';
import type { Workload } from '../../../src/authorizations/workload/workload.ts';

const source = (users: number, seed = 1) => ({ users, random: createRandom(seed), now: () => 1_800_000_000_000 });

function take(workload: Workload, count: number): JitRequest[] {
  return Array.from({ length: count }, () => workload.next()).filter((request) => request !== undefined);
}

function countByUser(requests: readonly JitRequest[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { user } of requests) counts.set(user, (counts.get(user) ?? 0) + 1);
  return counts;
}

describe('the uniform workload', () => {
  test('uses each card that may spend about as often as any other, and no card that may not', () => {
    const requests = take(createUniform(source(100)), 90_000);
    const counts = countByUser(requests);
    expect(counts.size).toBe(90);
    for (const [user, count] of counts) {
      expect(earnedReasonOf(user)).toBeUndefined();
      expect(count).toBeGreaterThan(800);
      expect(count).toBeLessThan(1200);
    }
    expect(new Set(requests.map(({ expected }) => expected.outcome))).toEqual(new Set(['approve']));
  });
});

describe('the hot account', () => {
  test('takes every purchase', () => {
    expect([...countByUser(take(createHotAccount(source(100)), 1000)).keys()]).toEqual([0]);
  });

  test('may be a few', () => {
    const counts = countByUser(take(createHotAccount(source(100), 10), 5000));
    expect([...counts.keys()].toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 10]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(350);
  });
});

describe('cold cards', () => {
  test('come once each, and then there is nothing more', () => {
    const workload = createColdCards(source(1000));
    const users = take(workload, 1200).map(({ user }) => user);
    expect(users).toHaveLength(900);
    expect(new Set(users).size).toBe(900);
    expect(users.some((user) => earnedReasonOf(user) !== undefined)).toBe(false);
    expect(workload.next()).toBeUndefined();
  });

  test('come in no order, and in another for another seed', () => {
    const users = take(createColdCards(source(1000)), 900).map(({ user }) => user);
    const rising = users.filter((user, index) => user > (users[index - 1] ?? -1)).length;
    expect(rising).toBeGreaterThan(350);
    expect(rising).toBeLessThan(550);
    expect(take(createColdCards(source(1000, 2)), 900).map(({ user }) => user)).not.toEqual(users);
  });
});
