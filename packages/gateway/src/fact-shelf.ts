import type { FactCache, FactKind } from '@freeway/core';
import { readFact } from './read-fact.ts';
import { createRecentEntries } from './recent-entries.ts';

export interface FactShelfOptions {
  /** A cache that processes share; absent: the in-process one alone. */
  readonly shared?: FactCache;
  /** Entries kept in this process. */
  readonly entriesMax: number;
  readonly ttlMs: Readonly<Record<FactKind, number>>;
  readonly onLookup?: (kind: FactKind, where: 'process' | 'shared' | 'source') => void;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

/** Facts of one kind about one kind of subject, by the subject's token. */
export interface FactShelf<F extends object> {
  /**
   * In-process, then shared, then `load`. What is absent is never cached: an owner opened a moment ago must be found.
   * `fresh` reads past every cache and refills them. A promise only where there is something to wait for.
   */
  find(token: string, fresh: boolean, load: () => Promise<F | undefined>): Promise<F | undefined> | F;
  /** Drops what this process holds under a key of the shared cache, if it is one of this shelf's. */
  drop(kind: FactKind, key: string): void;
  dropAll(): void;
}

/** `prefix` makes a key of the shared cache of a token: a kind may have several kinds of subjects. */
export function createFactShelf<F extends object>(
  kind: FactKind,
  prefix: string,
  options: FactShelfOptions,
): FactShelf<F> {
  const { shared, onLookup, entriesMax, clock } = options;
  const kept = createRecentEntries<F>({ entriesMax, ttlMs: options.ttlMs[kind], clock });
  /** Look-ups under way: many requests that miss the same fact ask for it once. */
  const underWay = new Map<string, Promise<F | undefined>>();

  async function fetch(token: string, fresh: boolean, load: () => Promise<F | undefined>): Promise<F | undefined> {
    const key = prefix + token;
    const text = fresh ? undefined : await shared?.get(kind, key);
    const hint = text === undefined ? undefined : (readFact(kind, text) as F | undefined);
    if (hint !== undefined) {
      onLookup?.(kind, 'shared');
      kept.set(token, hint);
      return hint;
    }
    onLookup?.(kind, 'source');
    const fact = await load();
    if (fact === undefined) {
      kept.delete(token);
      return undefined;
    }
    kept.set(token, fact);
    void shared?.set(kind, key, JSON.stringify(fact));
    return fact;
  }

  return {
    find(token, fresh, load) {
      const known = fresh ? undefined : kept.get(token);
      if (known !== undefined) {
        onLookup?.(kind, 'process');
        return known;
      }
      const flight = `${fresh ? 'fresh' : 'any'} ${token}`;
      let promise = underWay.get(flight);
      if (promise === undefined) {
        promise = fetch(token, fresh, load).finally(() => underWay.delete(flight));
        underWay.set(flight, promise);
      }
      return promise;
    },
    drop(kindOfKey, key) {
      if (kindOfKey === kind && key.startsWith(prefix)) kept.delete(key.slice(prefix.length));
    },
    dropAll: () => kept.clear(),
  };
}
