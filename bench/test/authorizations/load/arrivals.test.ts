import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/random.ts';
import { burstArrivals, constantArrivals, poissonArrivals } from '../../../src/authorizations/load/arrivals.ts';

const gapsOf = (times: readonly number[]): number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));
const rises = (times: readonly number[]): boolean => gapsOf(times).every((gap) => gap > 0);

const draw = (seed: number): number[] => [
  ...poissonArrivals({ ratePerSecond: 100, durationMs: 500 }, createRandom(seed)).times,
];

describe('arrivals', () => {
  test('at a constant rate are evenly apart, as many as rate and time make', () => {
    const { times, durationMs } = constantArrivals({ ratePerSecond: 250, durationMs: 20 });
    expect([...times]).toEqual([0, 4, 8, 12, 16]);
    expect(durationMs).toBe(20);
    expect([...constantArrivals({ ratePerSecond: 333, durationMs: 2000 }).times]).toHaveLength(666);
  });

  test('of Poisson have the mean rate, and gaps as if each knew nothing of the others', () => {
    const times = [...poissonArrivals({ ratePerSecond: 500, durationMs: 200_000 }, createRandom(1)).times];
    // 100,000 are expected; their deviation is 316.
    expect(times.length).toBeGreaterThan(98_500);
    expect(times.length).toBeLessThan(101_500);
    expect(rises(times)).toBe(true);
    expect(times[0]).toBeGreaterThan(0);
    expect(times.at(-1)).toBeLessThan(200_000);
    // Of exponential gaps with a mean of 2 ms, e^-1 are longer than the mean and e^-3 than three times it.
    const gaps = gapsOf(times);
    expect(gaps.filter((gap) => gap > 2).length / gaps.length).toBeCloseTo(Math.exp(-1), 2);
    expect(gaps.filter((gap) => gap > 6).length / gaps.length).toBeCloseTo(Math.exp(-3), 2);
  });

  test('are the same for the same seed', () => {
    expect(draw(3)).toEqual(draw(3));
    expect(draw(4)).not.toEqual(draw(3));
  });

  test('of a burst have the rate, a multiple of it for a while, and the rate again', () => {
    const burst = { ratePerSecond: 200, factor: 10, durationMs: 60_000, burstAtMs: 20_000, burstMs: 5000 };
    const times = [...burstArrivals(burst, createRandom(1)).times];
    const between = (fromMs: number, untilMs: number): number =>
      times.filter((time) => time >= fromMs && time < untilMs).length;
    expect(rises(times)).toBe(true);
    // Each within four deviations.
    expect(Math.abs(between(0, 20_000) - 4000)).toBeLessThan(253);
    expect(Math.abs(between(20_000, 25_000) - 10_000)).toBeLessThan(400);
    expect(Math.abs(between(25_000, 60_000) - 7000)).toBeLessThan(335);
    expect(times.at(-1)).toBeLessThan(60_000);
  });
});
