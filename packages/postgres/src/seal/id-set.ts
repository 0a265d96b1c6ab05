/** A set of ids that mostly follow each other: a bit for each, so that a hundred million take 12 MB. */
export interface IdSet {
  /** False: it was there already. */
  add(id: string): boolean;
  has(id: string): boolean;
  delete(id: string): void;
  readonly size: number;
  /** In no particular order, so many at a time. */
  batches(size: number): Iterable<readonly string[]>;
}

const BITS = 65_536;

/** Ids are sequence numbers, far below 2^53. */
function place(id: string): { number: number; at: number; bit: number } {
  const value = Number(id);
  const number = Math.floor(value / BITS);
  const within = value - number * BITS;
  return { number, at: within >> 3, bit: 1 << (within & 7) };
}

export function createIdSet(): IdSet {
  const chunks = new Map<number, Uint8Array>();
  let size = 0;
  return {
    add(id) {
      const { number, at, bit } = place(id);
      let chunk = chunks.get(number);
      if (chunk === undefined) chunks.set(number, (chunk = new Uint8Array(BITS / 8)));
      const byte = chunk[at] ?? 0;
      if ((byte & bit) !== 0) return false;
      chunk[at] = byte | bit;
      size++;
      return true;
    },
    has(id) {
      const { number, at, bit } = place(id);
      return ((chunks.get(number)?.[at] ?? 0) & bit) !== 0;
    },
    delete(id) {
      if (!this.has(id)) return;
      const { number, at, bit } = place(id);
      const chunk = chunks.get(number) as Uint8Array;
      chunk[at] = (chunk[at] ?? 0) & ~bit;
      size--;
    },
    get size() {
      return size;
    },
    *batches(most) {
      let batch: string[] = [];
      for (const [number, chunk] of chunks) {
        for (let at = 0; at < BITS; at++) {
          if (((chunk[at >> 3] ?? 0) & (1 << (at & 7))) === 0) continue;
          batch.push(String(number * BITS + at));
          if (batch.length < most) continue;
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    },
  };
}
