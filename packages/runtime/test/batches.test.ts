// What arrives while something is under way travels together, in order, and shares one outcome.
import { describe, expect, it } from 'vitest';
import { createBatches } from '../src/batches.ts';

/** Batches in the order in which they were run; each ends when the test says so. */
function openRuns() {
  const sent: { readonly items: readonly number[]; resolve(): void; reject(error: Error): void }[] = [];
  const run = (items: readonly number[]) =>
    new Promise<void>((resolve, reject) => void sent.push({ items, resolve, reject }));
  return { run, sent, items: () => sent.map((each) => each.items) };
}

const settle = () => new Promise(setImmediate);

describe('batches', () => {
  it('at low load are one item each, at once', async () => {
    const { run, sent, items } = openRuns();
    const add = createBatches({ run, batchMax: 10, failure: 'shared' });
    const first = add(1);
    expect(items()).toEqual([[1]]);
    sent[0]?.resolve();
    await first;
    const second = add(2);
    await settle();
    sent[1]?.resolve();
    await second;
    expect(items()).toEqual([[1], [2]]);
  });

  it('join what arrives meanwhile, up to the maximum, in its order', async () => {
    const { run, sent, items } = openRuns();
    const add = createBatches({ run, batchMax: 3, failure: 'shared' });
    const all = [1, 2, 3, 4, 5, 6].map(add);
    expect(items()).toEqual([[1]]);
    sent[0]?.resolve();
    await settle();
    expect(items()).toEqual([[1], [2, 3, 4]]);
    sent[1]?.resolve();
    await settle();
    expect(items()).toEqual([[1], [2, 3, 4], [5, 6]]);
    sent[2]?.resolve();
    await Promise.all(all);
  });

  it('that fail fail for their own items only', async () => {
    const { run, sent } = openRuns();
    const add = createBatches({ run, batchMax: 10, failure: 'shared' });
    const [first, second, third] = [add(1), add(2), add(3)];
    const failed = expect(first).rejects.toThrow('lost');
    sent[0]?.reject(new Error('lost'));
    await failed;
    await settle();
    sent[1]?.resolve();
    await Promise.all([second, third]);
  });

  it('that fail may go alone, so that one item does not fail those beside it', async () => {
    const done: string[] = [];
    const add = createBatches<string>({
      batchMax: 10,
      failure: 'alone',
      run: async (items) => {
        if (items.includes('poison')) throw new Error(`cannot do ${items.join(', ')}`);
        done.push(...items);
      },
    });
    const outcomes = await Promise.allSettled(['first', 'a', 'poison', 'b'].map(add));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ reason: new Error('cannot do poison') });
    expect(done).toEqual(['first', 'a', 'b']);
    await add('c');
    expect(done).toEqual(['first', 'a', 'b', 'c']);
  });
});
