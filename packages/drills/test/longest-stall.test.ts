// How long nothing arrived.
import { expect, it } from 'vitest';
import { longestStallMs } from '../src/rabbitmq/longest-stall.ts';

const samples = (counts: readonly number[]) => counts.map((count, n) => ({ atMs: n * 100, count }));

it.each([
  ['as long as between two samples while it grows', [1, 2, 3, 4], 0, 100],
  ['until it grows again', [1, 2, 2, 2, 2, 3, 4], 0, 400],
  ['not what was over before the moment', [1, 1, 1, 1, 2, 3, 3, 4], 500, 200],
  ['what had begun before the moment', [1, 1, 1, 1, 2, 3], 200, 400],
  ['what lasts until the end', [1, 2, 2, 2], 0, 200],
  ['nothing without samples', [], 0, 0],
])('%s', (_what, counts, afterMs, expected) => {
  expect(longestStallMs(samples(counts), afterMs)).toBe(expected);
});
