import type { TransactionSql } from 'postgres';
import type { BatchOptions } from './apply-batch.ts';
import { booksOf, type GatheredChain, gatherChain, type Word } from './chain-group.ts';
import { findHomes, type PossibleHomes } from './find-homes.ts';
import { groupChains } from './group-chains.ts';
import { readLinkedDecisions } from './linked-decisions.ts';
import { lockAndReadChains } from './lock-chains.ts';
import { type Books, lockAndReadBooks } from './read-books.ts';
import { chainKey } from './read-chains.ts';
import { type LinkKeys, linkKeysOf, linkKeysOfDecision, transactionLink } from './record-links.ts';

/** Chains to fold, with all that is booked of them; nobody else changes any of it until the transaction ends. */
export interface GatheredChains {
  readonly chains: readonly GatheredChain[];
  /** Those of the records in their order, and then those of decisions. */
  readonly keys: readonly LinkKeys[];
  readonly homes: PossibleHomes;
  readonly books: Books;
}

export async function gatherChains(
  sql: TransactionSql,
  words: readonly Word[],
  { refold = [], alsoLock }: BatchOptions,
): Promise<GatheredChains> {
  const again = new Set(refold.map(chainKey));
  const names = refold.map(({ chainToken, currency }) => transactionLink(currency, chainToken));
  const told = words.map(({ record }) => linkKeysOf(record));
  const decided = await readLinkedDecisions(sql, [...told.flatMap(({ named }) => named), ...names]);
  for (;;) {
    const keys = [...told, ...decided];
    const links = new Set([...names, ...keys.flatMap(({ named, shared }) => [...named, ...shared])]);
    const stored = await lockAndReadChains(sql, [...links]);
    const chains = groupChains(keys, stored.links)
      // a chain that shares something and is not sought stays as it is
      .filter(
        ({ positions, chains: known }) =>
          positions.some((position) => position < words.length) || known.some((name) => again.has(chainKey(name))),
      )
      .map((group) => gatherChain(group, words, keys, stored));
    const homes = await findHomes(sql, chains);
    const books = await lockAndReadBooks(sql, [...homes.accountIds, ...alsoLock], homes.tokens);
    const linked = new Set(decided.flatMap(({ named }) => named));
    const late = lateDecisions(chains, books).filter(({ named }) => !named.every((link) => linked.has(link)));
    if (late.length === 0) return { chains, keys, homes, books };
    decided.push(...late);
  }
}

/** Decisions that were committed while the locks were waited for, and that make one of several chains, or lead to more. */
function lateDecisions(chains: readonly GatheredChain[], books: Books): LinkKeys[] {
  const claims = chains.map((chain) => ({ chain, own: new Set(booksOf(chain, books).decisions) }));
  return books.decisions.flatMap((decision) => {
    const keys = linkKeysOfDecision(decision);
    const claimed = claims.filter(({ own }) => own.has(decision));
    const isKnown = claimed.every(({ chain }) => keys.named.every((link) => chain.links.has(link)));
    return claimed.length > 1 || !isKnown ? [keys] : [];
  });
}
