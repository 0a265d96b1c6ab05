export interface BatchOptions<Item> {
  readonly send: (items: readonly Item[]) => Promise<void>;
  readonly batchMax: number;
}

/**
 * Sends items together, one batch at a time: what arrives while one is under way goes in the next, and shares its outcome.
 * At low load a batch is one item and waits for nothing; at high load there are fewer waits for a disk than items.
 */
export function createBatches<Item>({ send, batchMax }: BatchOptions<Item>): (item: Item) => Promise<void> {
  let waiting: { readonly item: Item; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  let isSending = false;

  async function sendAll(): Promise<void> {
    isSending = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      try {
        await send(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isSending = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isSending) void sendAll();
    });
}
