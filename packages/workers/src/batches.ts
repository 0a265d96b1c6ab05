/** Gathers what is handled at the same time: what comes while a batch is under way travels in the next one. */
export interface Batches<Item> {
  /** Resolves once the batch with this item is done; rejects when the item cannot be done even alone. */
  add(item: Item): Promise<void>;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs batches of at most `max`, one after the other: at low load a batch is one item and costs nothing. An item that fails
 * its batch must not fail the others: each then goes alone, and only those that fail alone are rejected. `run` may therefore
 * see an item again, and must be safe to repeat.
 */
export function createBatches<Item>(max: number, run: (items: readonly Item[]) => Promise<void>): Batches<Item> {
  let waiting: Waiting<Item>[] = [];
  let running = false;

  async function settle(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await run(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const [only, ...others] = batch;
      if (others.length === 0) return only?.reject(error);
      for (const each of batch) await settle([each]);
    }
  }

  async function runAll(): Promise<void> {
    running = true;
    // What arrives in one turn of the event loop goes together.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const batch = waiting.slice(0, max);
      waiting = waiting.slice(max);
      await settle(batch);
    }
    running = false;
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (!running) void runAll();
      }),
  };
}
