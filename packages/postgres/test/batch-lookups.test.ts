import { describe, expect, test } from 'vitest';
import { batchLookups } from '../src/batch-lookups.ts';

interface Asked {
  readonly keys: readonly string[];
  answer(values: readonly (string | undefined)[]): void;
  fail(error: Error): void;
}

const dataError = () => Object.assign(new Error('not storable'), { code: '22021' });

function world(options: { batchMax?: number; inFlightMax?: number } = {}) {
  const asked: Asked[] = [];
  const look = batchLookups<string, string>(
    (keys) => new Promise((answer, fail) => asked.push({ keys, answer, fail })),
    options,
  );
  return { asked, look, keys: () => asked.map((each) => each.keys) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('look-ups', () => {
  test('one alone goes at once; what comes meanwhile goes together, no more than a batch', async () => {
    const { asked, look, keys } = world({ batchMax: 3, inFlightMax: 1 });
    const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => look(key)));
    expect(keys()).toEqual([['a']]);
    asked[0]?.answer(['A']);
    await settled();
    asked[1]?.answer(['B', undefined, 'D']);
    await settled();
    asked[2]?.answer(['E']);
    expect(await all).toEqual(['A', 'B', undefined, 'D', 'E']);
    expect(keys()).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  test('a key that the server refuses fails alone', async () => {
    const { asked, look, keys } = world({ inFlightMax: 1 });
    const all = Promise.allSettled(['a', 'bad', 'c'].map((key) => look(key)));
    asked[0]?.answer(['A']);
    await settled();
    asked[1]?.fail(dataError());
    await settled();
    asked[2]?.fail(dataError());
    await settled();
    asked[3]?.answer(['C']);
    expect(await all).toMatchObject([{ value: 'A' }, { reason: { code: '22021' } }, { value: 'C' }]);
    expect(keys()).toEqual([['a'], ['bad', 'c'], ['bad'], ['c']]);
  });

  test('a server that is away fails all that were asked of it, and not what is asked later', async () => {
    const { asked, look } = world({ inFlightMax: 1 });
    const all = Promise.allSettled(['a', 'b', 'c'].map((key) => look(key)));
    asked[0]?.fail(new Error('gone'));
    await settled();
    asked[1]?.fail(new Error('gone'));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const later = look('d');
    await settled();
    asked[2]?.answer(['D']);
    expect(await later).toBe('D');
  });
});
