import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecentEntries } from '../src/recent-entries.ts';

function openEntries(entriesMax: number, ttlMs = 1000) {
  const time = { nowMs: 0 };
  return { time, entries: createRecentEntries<number>({ entriesMax, ttlMs, clock: () => time.nowMs }) };
}

describe('recent entries', () => {
  it('an entry is found until its time is over, however often it is used', () => {
    const { time, entries } = openEntries(10);
    entries.set('a', 1);
    time.nowMs = 999;
    expect(entries.get('a')).toBe(1);
    time.nowMs = 1000;
    expect(entries.get('a')).toBeUndefined();
    entries.set('a', 2);
    expect(entries.get('a')).toBe(2);
  });

  it('what is deleted or cleared is gone, from both generations', () => {
    const { entries } = openEntries(4);
    for (const [value, key] of ['a', 'b', 'c'].entries()) entries.set(key, value);
    entries.delete('a');
    entries.delete('c');
    expect(['a', 'b', 'c'].map((key) => entries.get(key))).toEqual([undefined, 1, undefined]);
    entries.clear();
    expect(entries.get('b')).toBeUndefined();
  });

  it('a value that is set anew is the one that is found, wherever the old one was', () => {
    const { entries } = openEntries(4);
    for (const key of ['a', 'b', 'c']) entries.set(key, 1);
    entries.set('a', 2);
    entries.set('c', 2);
    expect(['a', 'b', 'c'].map((key) => entries.get(key))).toEqual([2, 1, 2]);
  });

  it('those used last are there, and never more than the most', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('get', 'set', 'delete'), fc.nat(12)), { maxLength: 80 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), steps, (entriesMax, all) => {
        const { entries } = openEntries(entriesMax);
        const values = new Map<string, number>();
        /** The latest last; undefined stands where a deleted one was, which took the place of others while it was there. */
        let used: (string | undefined)[] = [];
        for (const [index, [step, number]] of all.entries()) {
          const key = `k${number}`;
          if (step === 'set') {
            entries.set(key, index);
            values.set(key, index);
          }
          const found = step === 'get' ? entries.get(key) : undefined;
          if (found !== undefined) expect(found).toBe(values.get(key));
          if (step === 'delete') {
            entries.delete(key);
            values.delete(key);
          }
          if (step === 'set' || found !== undefined) used = [...used.filter((each) => each !== key), key];
          if (step === 'delete') used = used.map((each) => (each === key ? undefined : each));
        }
        const latest = used.toReversed().slice(0, Math.floor(entriesMax / 2));
        for (const key of latest) if (key !== undefined) expect(entries.get(key)).toBe(values.get(key));
        const kept = [...values.keys()].filter((key) => entries.get(key) !== undefined);
        expect(kept.length).toBeLessThanOrEqual(entriesMax);
      }),
      { numRuns: 20_000 },
    );
  });
});
