export interface BatchOptions<Item> {
  readonly run: (items: readonly Item[]) => Promise<void>;
  readonly batchMax: number;
  /**
   * What becomes of a batch that fails. `shared`: all of it has failed. `alone`: one item must not fail the others, so each
   * goes once more by itself, and only those that fail then are rejected; `run` must be safe to repeat.
   */
  readonly failure: 'shared' | 'alone';
}

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs items together, one batch at a time: what arrives while one is under way goes in the next. At low load a batch is one
 * item and waits for nothing; at high load there are fewer waits for a disk than items.
 */
export function createBatches<Item>(options: BatchOptions<Item>): (item: Item) => Promise<void> {
  const { run, batchMax, failure } = options;
  let waiting: Waiting<Item>[] = [];
  let isRunning = false;

  async function settle(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await run(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (failure === 'shared' || batch.length === 1) for (const { reject } of batch) reject(error);
      else for (const each of batch) await settle([each]);
    }
  }

  async function runAll(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      await settle(batch);
    }
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void runAll();
    });
}
