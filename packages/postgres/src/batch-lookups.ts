export interface LookupBatches {
  /** Keys in one statement at most. */
  readonly batchMax?: number;
  /** Statements under way at once. */
  readonly inFlightMax?: number;
}

/** Values in the order of the keys; undefined for what is not there. */
export type LoadMany<K, V> = (keys: readonly K[]) => Promise<readonly (V | undefined)[]>;

interface Waiting<K, V> {
  readonly key: K;
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Look-ups that travel as commits do: one alone goes at once, and what comes while others are under way goes together in the
 * next statement. A card that was never seen costs a tenth of what a statement of its own would.
 */
export function batchLookups<K, V>(
  load: LoadMany<K, V>,
  { batchMax = 128, inFlightMax = 2 }: LookupBatches = {},
): (key: K) => Promise<V | undefined> {
  let waiting: Waiting<K, V>[] = [];
  let inFlight = 0;

  function pump(): void {
    while (inFlight < inFlightMax && waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      inFlight++;
      void answer(batch).finally(landed);
    }
  }

  function landed(): void {
    inFlight--;
    pump();
  }

  async function answer(batch: readonly Waiting<K, V>[]): Promise<void> {
    try {
      const values = await load(batch.map(({ key }) => key));
      batch.forEach(({ resolve }, index) => resolve(values[index]));
    } catch (error) {
      // One key that the server refuses must not fail the others. Where the server is away, asking again is of no use.
      if (batch.length > 1 && isAboutData(error)) for (const one of batch) await answer([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      pump();
    });
}

/** SQLSTATE class 22, data exception. */
function isAboutData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('22');
}
