export interface BatchOptions<Item> {
  readonly send: (items: readonly Item[]) => Promise<void>;
  readonly batchMax: number;
  /** Batches under way at once. */
  readonly inFlightMax: number;
}

/**
 * Sends items together: what arrives while as many batches are under way as may be goes in the next one, and shares its
 * outcome. At low load a batch is one item and waits for nothing.
 */
export function createBatches<Item>(options: BatchOptions<Item>): (item: Item) => Promise<void> {
  const { send, batchMax, inFlightMax } = options;
  let waiting: { readonly item: Item; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  let inFlight = 0;

  async function sendNext(): Promise<void> {
    const batch = waiting.slice(0, batchMax);
    waiting = waiting.slice(batchMax);
    inFlight += 1;
    try {
      await send(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    inFlight -= 1;
    pump();
  }

  function pump(): void {
    while (inFlight < inFlightMax && waiting.length > 0) void sendNext();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      pump();
    });
}
