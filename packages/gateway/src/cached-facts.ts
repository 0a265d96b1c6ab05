import type { CardFact, ChainFact, FactSource, OwnerFact, OwnerRef } from '@freeway/core';
import { createFactShelf, type FactShelfOptions } from './fact-shelf.ts';

export interface CachedFactsOptions extends FactShelfOptions {
  readonly source: FactSource;
}

/** Facts for one decision. `fresh` reads past every cache and refills them: asked for once the ledger said `stale`. */
export interface CachedFacts {
  owner(ref: OwnerRef, fresh: boolean): Promise<OwnerFact | undefined> | OwnerFact;
  card(token: string, fresh: boolean): Promise<CardFact | undefined> | CardFact;
  chain(
    by: { readonly transactionToken?: string; readonly messageToken?: string },
    fresh: boolean,
  ): Promise<ChainFact | undefined> | ChainFact;
  /** Drops what this process holds: invalidations may have been missed. */
  forget(): void;
}

/**
 * Every kind of fact behind its caches, each kind of subject on a shelf of its own: its tokens are keys as they are.
 * Whatever a cache says is a hint; the commit compares versions (architecture.md section 4).
 */
export function createCachedFacts(options: CachedFactsOptions): CachedFacts {
  const { source, shared } = options;
  const owners = {
    user: createFactShelf<OwnerFact>('owner', 'user:', options),
    business: createFactShelf<OwnerFact>('owner', 'business:', options),
  };
  const cards = createFactShelf<CardFact>('card', '', options);
  const chains = createFactShelf<ChainFact>('chain', '', options);
  const shelves = [...Object.values(owners), cards, chains];
  shared?.onInvalidate((kind, key) => shelves.forEach((shelf) => shelf.drop(kind, key)));

  return {
    owner: (ref, fresh) => owners[ref.kind].find(ref.token, fresh, () => source.owner(ref)),
    card: (token, fresh) => cards.find(token, fresh, () => source.card(token)),
    chain: (by, fresh) =>
      chains.find(JSON.stringify([by.transactionToken, by.messageToken]), fresh, () => source.chain(by)),
    forget: () => shelves.forEach((shelf) => shelf.dropAll()),
  };
}
