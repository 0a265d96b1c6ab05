import { describe, expect, test } from 'vitest';
import { createColdCards } from '../../../src/authorizations/workload/create-cold-cards.ts';
import { createUniform } from '../../../src/authorizations/workload/create-uniform.ts';
import { createLimited } from '../../../src/authorizations/workload/limited.ts';
import { createSequence } from '../../../src/authorizations/workload/sequence.ts';
import { createSkipping } from '../../../src/authorizations/workload/skipping.ts';
import type { Workload } from '../../../src/authorizations/workload/workload.ts';
import { createRandom } from '../../../src/random.ts';

const source = (users: number) => ({ users, random: createRandom(1), now: Date.now });

function usersOf(workload: Workload): number[] {
  const users: number[] = [];
  for (let request = workload.next(); request !== undefined; request = workload.next()) users.push(request.user);
  return users;
}

describe('workloads made of others', () => {
  test('one after the other: every card once, and then any', () => {
    const workload = createSequence([createColdCards(source(20)), createUniform(source(20))]);
    const users = usersOf(createLimited(workload, 50));
    expect(users).toHaveLength(50);
    expect(new Set(users.slice(0, 18)).size).toBe(18);
  });

  test('a sequence of what ends ends too', () => {
    expect(usersOf(createSequence([createColdCards(source(10)), createColdCards(source(20))]))).toHaveLength(9 + 18);
    expect(createSequence([]).next()).toBeUndefined();
  });

  test('without the first users, whom others have asked about', () => {
    const users = usersOf(createSkipping(createColdCards(source(40)), 20));
    expect(users.toSorted((one, other) => one - other)).toEqual(
      [...Array(20).keys()].map((nth) => nth + 20).filter((user) => user % 10 !== 9),
    );
  });

  test('each is told what was answered', () => {
    const told: number[] = [];
    const workload = {
      ...createUniform(source(20)),
      answered: (_request: unknown, status: number) => void told.push(status),
    };
    const request = workload.next();
    if (request === undefined) throw new Error('a uniform workload never ends');
    createLimited(createSkipping(createSequence([workload, workload]), 0), 1).answered(request, 200, '');
    expect(told).toEqual([200, 200]);
  });
});
