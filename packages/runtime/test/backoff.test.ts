import { describe, expect, it } from 'vitest';
import { backoffMs } from '../src/index.ts';

describe('backoffMs', () => {
  it('doubles up to its bound', () => {
    const waits = [1, 2, 3, 4, 5, 2000].map((n) => backoffMs(n, { firstMs: 100, maxMs: 1000, random: () => 1 }));
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it('spreads between half and all', () => {
    expect(backoffMs(2, { firstMs: 100, maxMs: 1000, random: () => 0 })).toBe(100);
    expect(backoffMs(2, { firstMs: 100, maxMs: 1000, random: () => 0.5 })).toBe(150);
  });
});
