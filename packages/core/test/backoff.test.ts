import { describe, expect, it } from 'vitest';
import { backoffMs } from '../src/backoff.ts';

const delays = (random: () => number) =>
  [1, 2, 3, 4, 5, 1_000].map((attempt) => backoffMs(attempt, { baseMs: 100, maxMs: 1_000, random }));

describe('backoffMs', () => {
  it('doubles up to its maximum', () => {
    expect(delays(() => 1)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('is never less than half of that', () => {
    expect(delays(() => 0)).toEqual([50, 100, 200, 400, 500, 500]);
  });
});
