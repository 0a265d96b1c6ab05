import type { TransactionRecord } from '@freeway/core';
import type { ChainBooks } from './chain-books.ts';
import type { NewRecord } from './folded-chain.ts';
import type { ChainGroup } from './group-chains.ts';
import type { Books, ChainTokens } from './read-books.ts';
import { chainKey, type StoredChain, type StoredChains, wordKey } from './read-chains.ts';
import { type LinkKeys, tokensOfLinks } from './record-links.ts';

export type Word = Omit<NewRecord, 'chainToken'>;

/** One chain to fold: what was stored of it, perhaps as several, and what comes new. */
export interface GatheredChain {
  readonly currency: string;
  readonly stored: readonly StoredChain[];
  /** What leads to it already. */
  readonly links: ReadonlySet<string>;
  /** Stored and new. */
  readonly records: readonly TransactionRecord[];
  /** Positions of its new records in the batch. */
  readonly positions: readonly number[];
  /** Positions of its decisions among the keys. */
  readonly decisions: readonly number[];
  /** Those of them that were applied before. */
  readonly known: ReadonlySet<number>;
  /** By which its decisions and bookings are found. */
  readonly tokens: ChainTokens;
}

/** `keys`: those of the records in the order of their words, and then those of decisions. */
export function gatherChain(
  group: ChainGroup,
  words: readonly Word[],
  keys: readonly LinkKeys[],
  stored: StoredChains,
): GatheredChain {
  const names = group.chains.map(chainKey);
  const chains = names.flatMap((name) => stored.chains.get(name) ?? []);
  const before = names.flatMap((name) => stored.records.get(name) ?? []);
  const known = new Set<number>();
  const fresh: TransactionRecord[] = [];
  const seen = new Set<string>();
  const positions = group.positions.filter((position) => words[position] !== undefined);
  for (const position of positions) {
    const word = words[position];
    if (word === undefined) continue;
    const key = wordKey(word.record.transactionToken, word.digest);
    if (stored.known.has(key) || seen.has(key)) known.add(position);
    else fresh.push(word.record);
    seen.add(key);
  }
  const records = [...before, ...fresh];
  const links = new Set(names.flatMap((name) => stored.linksOf.get(name) ?? []).map(({ link }) => link));
  const named = group.positions.flatMap((position) => keys[position]?.named ?? []);
  const tokens = tokensOfLinks([...links, ...named]);
  const chainTokens = group.chains.map(({ chainToken }) => chainToken);
  return {
    currency: group.chains[0]?.currency ?? records[0]?.currency ?? '',
    stored: chains,
    links,
    records,
    positions,
    decisions: group.positions.filter((position) => words[position] === undefined),
    known,
    tokens: { ...tokens, transactions: [...new Set([...chainTokens, ...tokens.transactions])], chains: chainTokens },
  };
}

/** What is booked of one chain, out of what was read for all of them. */
export function booksOf({ tokens, currency }: GatheredChain, books: Books): ChainBooks {
  const decisions = books.decisions.filter(
    (row) =>
      row.currency === currency &&
      (has(tokens.transactions, row.transactionToken) ||
        has(tokens.messages, row.messageToken) ||
        has(tokens.transactions, row.chainToken)),
  );
  const names = new Set([
    ...tokens.transactions,
    ...decisions.flatMap((row) => [row.transactionToken, row.chainToken]),
  ]);
  const isOurs = (accountId: string): boolean => (books.accounts.get(accountId)?.currency ?? currency) === currency;
  return {
    decisions,
    holds: books.holds.filter((row) => names.has(row.chainToken) && isOurs(row.accountId)),
    expectedCredits: books.expectedCredits.filter((row) => names.has(row.transactionToken) && isOurs(row.accountId)),
    counts: books.counts.filter((row) => names.has(row.chainToken) && row.currency === currency),
    postings: books.postings.filter((row) => names.has(row.transactionToken) && row.currency === currency),
    exceptions: books.exceptions.filter((row) => names.has(row.chainToken) && row.currency === currency),
  };
}

function has(tokens: readonly string[], token: string): boolean {
  return tokens.includes(token);
}
