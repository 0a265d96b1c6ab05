import type { CardFact, ChainFact, OwnerFact, OwnerRef } from '../facts.ts';

/** Where facts come from: PostgreSQL, or caches in front of it. */
export interface FactSource {
  owner(ref: OwnerRef): Promise<OwnerFact | undefined>;
  card(token: string): Promise<CardFact | undefined>;
  /** Finds a chain by the transaction or the message that a follow-up names. */
  chain(by: { readonly transactionToken?: string; readonly messageToken?: string }): Promise<ChainFact | undefined>;
}

export type FactKind = 'owner' | 'card' | 'chain';

/**
 * A shared cache of facts, keyed by text, JSON values. Versions make it a hint, not truth: it may forget or lie at any
 * time. Never throws and never waits on a dead server: a failure is a miss.
 */
export interface FactCache {
  get(kind: FactKind, key: string): Promise<string | undefined>;
  set(kind: FactKind, key: string, value: string): Promise<void>;
  invalidate(kind: FactKind, keys: readonly string[]): Promise<void>;
  /** Calls back when another process invalidated a key. */
  onInvalidate(listener: (kind: FactKind, key: string) => void): void;
}
