import { expect, test } from 'vitest';
import { type Past, planPast } from '../../../src/authorizations/seed/plan-past.ts';

const NOW_MS = Date.UTC(2026, 4, 6);
const DAY_MS = 86_400_000;
const sizes = [
  { users: 1, purchases: 1 },
  { users: 10, purchases: 3 },
  { users: 200, purchases: 1000 },
  { users: 210, purchases: 210 },
  { users: 997, purchases: 2000 },
];

const placeOf = ({ stride, purchases }: Past, p: number): number => (p * stride) % purchases;

test.each(sizes)('gives each of $purchases purchases a place of its own, by which it is found again', (size) => {
  const past = planPast(size, NOW_MS);
  const places = Array.from({ length: size.purchases }, (_, p) => placeOf(past, p));
  expect(new Set(places).size).toBe(size.purchases);
  places.forEach((place, p) => expect((place * past.inverse) % size.purchases).toBe(p));
});

test.each(sizes)('shares the purchases out among $users users evenly', (size) => {
  const past = planPast(size, NOW_MS);
  const shares = Array.from({ length: size.users }, () => 0);
  for (let p = 0; p < size.purchases; p++) {
    const user = placeOf(past, p) % size.users;
    shares[user] = (shares[user] ?? 0) + 1;
  }
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
});

test.each(sizes)('takes $users users in an order that has each once', ({ users, purchases }) => {
  const { userStride } = planPast({ users, purchases }, NOW_MS);
  expect(new Set(Array.from({ length: users }, (_, i) => (i * userStride) % users)).size).toBe(users);
});

test('keeps what it multiplies within 64 bits at ten million cards and twenty million authorizations', () => {
  const { stride, inverse, userStride, users, purchases } = planPast({ users: 1e7, purchases: 1e7 }, NOW_MS);
  for (const factor of [stride, inverse, userStride]) {
    expect(factor).toBeGreaterThan(0);
    expect(factor).toBeLessThanOrEqual(Math.max(users, purchases));
  }
});

test('lies within the forty days before now, and has left the last two of them uncleared', () => {
  const past = planPast({ users: 10, purchases: 4000 }, NOW_MS);
  const atMs = (purchase: number): number => (past.beganAtUs + 2 * purchase * past.stepUs) / 1000;
  expect(atMs(0)).toBe(NOW_MS - 40 * DAY_MS);
  expect(atMs(4000)).toBe(NOW_MS);
  expect(atMs(past.clearedBefore)).toBe(NOW_MS - 2 * DAY_MS);
});
