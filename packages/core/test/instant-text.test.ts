import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantText } from '../src/index.ts';

it.each([
  0,
  -1,
  Date.UTC(1900, 0, 1),
  Date.UTC(2024, 1, 29, 23, 59, 59, 999),
  Date.UTC(8999, 11, 31),
  8.64e15,
  -8.64e15,
])('says what toISOString says of %d', (atMs) => {
  expect(instantText(atMs)).toBe(new Date(atMs).toISOString());
});

it('says what toISOString says, whatever was asked before', () => {
  const near = fc.integer({ min: -200_000_000, max: 200_000_000 });
  const far = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(9000, 0, 1) });
  fc.assert(
    fc.property(fc.array(fc.oneof(near, far), { minLength: 2, maxLength: 5 }), (instants) => {
      for (const atMs of instants) expect(instantText(atMs)).toBe(new Date(atMs).toISOString());
    }),
    { numRuns: 1000 },
  );
});

it('has no text for what is no instant', () => {
  expect(() => instantText(NaN)).toThrow(RangeError);
  expect(() => instantText(Infinity)).toThrow(RangeError);
});
