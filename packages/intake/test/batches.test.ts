// What arrives while something is under way travels together, in order, and shares one outcome.
import { describe, expect, it } from 'vitest';
import { createBatches } from '../src/batches.ts';

/** Batches in the order in which they were sent; each ends when the test says so. */
function openSends() {
  const sent: { readonly items: readonly number[]; resolve(): void; reject(error: Error): void }[] = [];
  const send = (items: readonly number[]) =>
    new Promise<void>((resolve, reject) => void sent.push({ items, resolve, reject }));
  return { send, sent, items: () => sent.map((each) => each.items) };
}

const settle = () => new Promise(setImmediate);

describe('batches', () => {
  it('at low load are one item each, at once', async () => {
    const { send, sent, items } = openSends();
    const add = createBatches({ send, batchMax: 10 });
    const first = add(1);
    expect(items()).toEqual([[1]]);
    sent[0]?.resolve();
    await first;
    const second = add(2);
    sent[1]?.resolve();
    await second;
    expect(items()).toEqual([[1], [2]]);
  });

  it('join what arrives meanwhile, up to the maximum, in its order', async () => {
    const { send, sent, items } = openSends();
    const add = createBatches({ send, batchMax: 3 });
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
    const { send, sent } = openSends();
    const add = createBatches({ send, batchMax: 10 });
    const [first, second, third] = [add(1), add(2), add(3)];
    const failed = expect(first).rejects.toThrow('lost');
    sent[0]?.reject(new Error('lost'));
    await failed;
    await settle();
    sent[1]?.resolve();
    await Promise.all([second, third]);
  });
});
