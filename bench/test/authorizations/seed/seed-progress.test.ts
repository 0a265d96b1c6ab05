import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSeedProgress } from '../../../src/authorizations/seed/seed-progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('says how far it is and how long the rest takes at that pace', () => {
  const said: string[] = [];
  const progress = startSeedProgress(
    1000,
    (line) => said.push(line),
    () => Date.now(),
  );
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual([]);
  progress.advance('decisions', 250);
  vi.advanceTimersByTime(10_000);
  progress.advance('holds', 50);
  vi.advanceTimersByTime(10_000);
  progress.stop();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([
    'seeding: 25 % after 20 s, about 60 s left (decisions)',
    'seeding: 30 % after 30 s, about 70 s left (holds)',
  ]);
});

test('never promises less than nothing', () => {
  const said: string[] = [];
  const progress = startSeedProgress(
    100,
    (line) => said.push(line),
    () => Date.now(),
  );
  progress.advance('entries', 101);
  vi.advanceTimersByTime(300_000);
  progress.stop();
  expect(said.at(-1)).toBe('seeding: 100 % after 5 min, about 0 s left (entries)');
});
