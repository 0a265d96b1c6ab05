import type { TransactionRecord } from '@freeway/core';
import type { ChainBooks } from './chain-books.ts';
import type { NewRecord } from './folded-chain.ts';
import type { ChainGroup } from './group-chains.ts';
import type { Books, ChainTokens } from './read-books.ts';
import { chainKey, type StoredChain, type StoredChains, wordKey } from './read-chains.ts';

export type Word = Omit<NewRecord, 'chainToken'>;

/** One chain to fold: what was stored of it, perhaps as several, and what comes new. */
export interface GatheredChain {
  readonly currency: string;
  readonly stored: readonly StoredChain[];
  /** Stored and new. */
  readonly records: readonly TransactionRecord[];
  /** Positions of its new records in the batch. */
  readonly positions: readonly number[];
  /** Those of them that were applied before. */
  readonly known: ReadonlySet<number>;
  readonly tokens: ChainTokens;
}

export function gatherChain(group: ChainGroup, words: readonly Word[], stored: StoredChains): GatheredChain {
  const chains = group.chains.flatMap((name) => stored.chains.get(chainKey(name)) ?? []);
  const before = group.chains.flatMap((name) => stored.records.get(chainKey(name)) ?? []);
  const known = new Set<number>();
  const fresh: TransactionRecord[] = [];
  const seen = new Set(stored.known);
  for (const position of group.records) {
    const word = words[position];
    if (word === undefined) continue;
    const key = wordKey(word.record.transactionToken, word.digest);
    if (seen.has(key)) known.add(position);
    else fresh.push(word.record);
    seen.add(key);
  }
  const records = [...before, ...fresh];
  const chainTokens = group.chains.map(({ chainToken }) => chainToken);
  return {
    currency: group.chains[0]?.currency ?? records[0]?.currency ?? '',
    stored: chains,
    records,
    positions: group.records,
    known,
    tokens: tokensOf(chainTokens, records),
  };
}

/** Every token by which a decision or a booking of the chain may be found. */
function tokensOf(chains: readonly string[], records: readonly TransactionRecord[]): ChainTokens {
  const transactions = new Set(chains);
  const messages = new Set<string>();
  for (const { transactionToken, links } of records) {
    transactions.add(transactionToken);
    for (const token of links.parentTransactionTokens) transactions.add(token);
    for (const token of links.parentMessageTokens) messages.add(token);
    if (links.messageToken !== undefined) messages.add(links.messageToken);
  }
  return { transactions: [...transactions], messages: [...messages], chains };
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
