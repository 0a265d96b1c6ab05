import { describe, expect, test } from 'vitest';
import { createBatches } from '../src/batches.ts';

describe('batches', () => {
  test('what comes in one turn goes together, and what comes meanwhile goes next', async () => {
    const batches: (readonly string[])[] = [];
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { add } = createBatches<string>(10, async (items) => {
      batches.push(items);
      await gates[batches.length - 1]?.promise;
    });
    const first = [add('a'), add('b')];
    await expect.poll(() => batches).toEqual([['a', 'b']]);
    const second = [add('c'), add('d')];
    expect(batches).toHaveLength(1);
    gates[0]?.resolve();
    await Promise.all(first);
    await expect
      .poll(() => batches)
      .toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
    gates[1]?.resolve();
    await Promise.all(second);
  });

  test('no batch is larger than it may be', async () => {
    const sizes: number[] = [];
    const { add } = createBatches<number>(3, async (items) => void sizes.push(items.length));
    await Promise.all(Array.from({ length: 8 }, (_, n) => add(n)));
    expect(sizes).toEqual([3, 3, 2]);
  });

  test('one that fails does not fail those beside it', async () => {
    const done: string[] = [];
    const { add } = createBatches<string>(10, async (items) => {
      if (items.includes('poison')) throw new Error(`cannot do ${items.join(', ')}`);
      done.push(...items);
    });
    const outcomes = await Promise.allSettled(['a', 'poison', 'b'].map((item) => add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: new Error('cannot do poison') });
    expect(done).toEqual(['a', 'b']);
    await add('c');
    expect(done).toEqual(['a', 'b', 'c']);
  });
});
