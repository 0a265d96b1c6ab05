import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowStart } from '../src/index.ts';

const DAY_MS = 86_400_000;

describe('windowStart', () => {
  it.each([
    ['2026-03-15T12:00:00.000Z', '2026-03-15', '2026-03-01'],
    ['2026-03-31T23:59:59.999Z', '2026-03-31', '2026-03-01'],
    ['2026-04-01T00:00:00.000Z', '2026-04-01', '2026-04-01'],
    ['2024-02-29T23:59:59.999Z', '2024-02-29', '2024-02-01'],
    ['2025-12-31T23:59:59.999Z', '2025-12-31', '2025-12-01'],
    ['2026-01-01T00:00:00.000Z', '2026-01-01', '2026-01-01'],
    ['2026-03-29T01:30:00.000Z', '2026-03-29', '2026-03-01'], // Europe's clocks change: UTC has none of it
    ['2026-03-31T23:30:00.000-05:00', '2026-04-01', '2026-04-01'], // April already, in UTC
  ])('%s falls into the day of %s and the month of %s', (instant, day, month) => {
    expect(windowStart('day', Date.parse(instant))).toBe(day);
    expect(windowStart('month', Date.parse(instant))).toBe(month);
  });

  it('is the latest midnight, and the latest first of a month, that is not after the instant', () => {
    const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(instants, (atMs) => {
        const dayMs = Date.parse(`${windowStart('day', atMs)}T00:00:00Z`);
        const monthMs = Date.parse(`${windowStart('month', atMs)}T00:00:00Z`);
        const at = new Date(atMs);
        expect(dayMs).toBe(atMs - (atMs % DAY_MS));
        expect(monthMs).toBe(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
      }),
    );
  });
});
