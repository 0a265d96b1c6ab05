export interface RecentEntriesOptions {
  /** At most so many are kept (two or more), and of those used last at least half as many. */
  readonly entriesMax: number;
  readonly ttlMs: number;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

/** A map that forgets: what is older than its time, and what was not used for long once it is full. */
export interface RecentEntries<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  clear(): void;
}

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAtMs: number;
}

/**
 * Two generations: the young one takes what is set or found; once it has half of all entries it becomes the old one, whose
 * rest is dropped. A hit costs one look into a map and no order has to be kept, which is most of what a hit costs in a cache
 * that is exact about which entry was used last.
 */
export function createRecentEntries<Value>(options: RecentEntriesOptions): RecentEntries<Value> {
  const { ttlMs, clock } = options;
  const youngMax = Math.floor(options.entriesMax / 2);
  let young = new Map<string, Entry<Value>>();
  let old = new Map<string, Entry<Value>>();

  function keep(key: string, entry: Entry<Value>): void {
    if (young.size >= youngMax && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, entry);
  }

  function find(key: string): Entry<Value> | undefined {
    const entry = young.get(key);
    if (entry !== undefined) return entry;
    const older = old.get(key);
    if (older !== undefined) {
      old.delete(key);
      keep(key, older);
    }
    return older;
  }

  return {
    get(key) {
      const entry = find(key);
      return entry !== undefined && clock() < entry.expiresAtMs ? entry.value : undefined;
    },
    set: (key, value) => keep(key, { value, expiresAtMs: clock() + ttlMs }),
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young.clear();
      old.clear();
    },
  };
}
