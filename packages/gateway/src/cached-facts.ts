import type {
  CardFact,
  ChainFact,
  FactCache,
  FactKind,
  FactSource,
  LimitsFact,
  OwnerFact,
  OwnerRef,
} from '@freeway/core';
import { LRUCache } from 'lru-cache';
import { readFact } from './read-fact.ts';

export interface CachedFactsOptions {
  readonly source: FactSource;
  /** A cache that processes share; absent: the in-process one alone. */
  readonly shared?: FactCache;
  /** Entries of each kind kept in this process. */
  readonly entriesMax: number;
  readonly ttlMs: Readonly<Record<FactKind, number>>;
  readonly onLookup?: (kind: FactKind, where: 'process' | 'shared' | 'source') => void;
}

/** Facts for one decision. `fresh` reads past every cache and refills them: asked for once the ledger said `stale`. */
export interface CachedFacts {
  owner(ref: OwnerRef, fresh: boolean): Promise<OwnerFact | undefined> | OwnerFact;
  card(token: string, fresh: boolean): Promise<CardFact | undefined> | CardFact;
  ownerLimits(ref: OwnerRef, fresh: boolean): Promise<LimitsFact | undefined> | LimitsFact;
  cardLimits(token: string, fresh: boolean): Promise<LimitsFact | undefined> | LimitsFact;
  chain(
    by: { readonly transactionToken?: string; readonly messageToken?: string },
    fresh: boolean,
  ): Promise<ChainFact | undefined> | ChainFact;
  /** Drops what this process holds: invalidations may have been missed. */
  forget(): void;
}

/**
 * In-process, then shared, then PostgreSQL. What is absent is never cached: an owner opened a moment ago must be found.
 * Whatever a cache says is a hint; the commit compares versions (architecture.md section 4).
 */
export function createCachedFacts(options: CachedFactsOptions): CachedFacts {
  const { source, shared, onLookup } = options;
  const local = new Map<FactKind, LRUCache<string, object>>();
  for (const kind of ['owner', 'card', 'limits', 'chain'] as const) {
    local.set(kind, new LRUCache({ max: options.entriesMax, ttl: options.ttlMs[kind] }));
  }
  /** Lookups under way: many requests that miss the same fact ask for it once. */
  const underWay = new Map<string, Promise<object | undefined>>();
  shared?.onInvalidate((kind, key) => local.get(kind)?.delete(key));

  function look<F extends object>(
    kind: FactKind,
    key: string,
    fresh: boolean,
    load: () => Promise<F | undefined>,
  ): Promise<F | undefined> | F {
    if (!fresh) {
      const known = local.get(kind)?.get(key);
      if (known !== undefined) {
        onLookup?.(kind, 'process');
        return known as F;
      }
    }
    const flight = `${fresh ? 'fresh' : 'any'} ${kind} ${key}`;
    let promise = underWay.get(flight) as Promise<F | undefined> | undefined;
    if (promise === undefined) {
      promise = fetch(kind, key, fresh, load).finally(() => underWay.delete(flight));
      underWay.set(flight, promise);
    }
    return promise;
  }

  async function fetch<F extends object>(
    kind: FactKind,
    key: string,
    fresh: boolean,
    load: () => Promise<F | undefined>,
  ): Promise<F | undefined> {
    const text = fresh ? undefined : await shared?.get(kind, key);
    const hint = text === undefined ? undefined : (readFact(kind, text) as F | undefined);
    if (hint !== undefined) {
      onLookup?.(kind, 'shared');
      local.get(kind)?.set(key, hint);
      return hint;
    }
    onLookup?.(kind, 'source');
    const fact = await load();
    if (fact === undefined) {
      local.get(kind)?.delete(key);
      return undefined;
    }
    local.get(kind)?.set(key, fact);
    void shared?.set(kind, key, JSON.stringify(fact));
    return fact;
  }

  return {
    owner: (ref, fresh) => look('owner', `${ref.kind}:${ref.token}`, fresh, () => source.owner(ref)),
    card: (token, fresh) => look('card', token, fresh, () => source.card(token)),
    ownerLimits: (ref, fresh) => look('limits', `owner:${ref.kind}:${ref.token}`, fresh, () => source.ownerLimits(ref)),
    cardLimits: (token, fresh) => look('limits', `card:${token}`, fresh, () => source.cardLimits(token)),
    chain: (by, fresh) =>
      look('chain', JSON.stringify([by.transactionToken, by.messageToken]), fresh, () => source.chain(by)),
    forget: () => local.forEach((cache) => cache.clear()),
  };
}
