import type { AppliedRecord, ChainPolicy, TransactionRecord } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { GatheredChain, Word } from './chain-group.ts';
import type { FoldedChain, NewLink, NewRecord } from './folded-chain.ts';
import { gatherChains } from './gather-chains.ts';
import type { ChainName } from './group-chains.ts';
import { foldedChainOf, placeChain } from './place-chain.ts';
import { readLimits } from './read-limits.ts';
import { contentOf, digestOf } from './record-content.ts';
import { type LinkKeys, transactionLink } from './record-links.ts';
import { writeBooks } from './write-books.ts';

export interface BatchOptions {
  readonly policy: ChainPolicy;
  /** Accounts to lock besides those that are found. */
  readonly alsoLock: ReadonlySet<string>;
  /** Chains to fold anew although nothing new came. */
  readonly refold?: readonly ChainName[];
  /** An operator's word on where chains book, by `chainKey` (money.md *nobody's money*). */
  readonly assign?: ReadonlyMap<string, string>;
}

/**
 * Applies records in one transaction. Order of work: lock the links and the chains that they lead to, so that nobody else
 * works on them; lock the accounts; read what is booked; fold; write the difference.
 */
export async function applyBatch(
  sql: TransactionSql,
  records: readonly TransactionRecord[],
  options: BatchOptions,
): Promise<AppliedRecord[]> {
  const words = records.map(wordOf);
  const { chains, keys, homes, books } = await gatherChains(sql, words, options);
  const placed = chains.map((chain) => placeChain(chain, { books, homes, options }));
  const wanted = placed.map(({ wantedLimits }) => wantedLimits);
  const limits = await readLimits(sql, wanted);
  const folded = placed.map((each, nth) => foldedChainOf(each, limits[nth] ?? []));
  const { newRecords, newLinks } = newRows(chains, folded, words, keys);
  await writeBooks(sql, folded, newRecords, newLinks);
  return resultsOf(chains, folded, words);
}

function wordOf(record: TransactionRecord): Word {
  const content = contentOf(record);
  return { record, content, digest: digestOf(content) };
}

function newRows(
  chains: readonly GatheredChain[],
  folded: readonly FoldedChain[],
  words: readonly Word[],
  keys: readonly LinkKeys[],
): { newRecords: NewRecord[]; newLinks: NewLink[] } {
  const newRecords: NewRecord[] = [];
  const newLinks: NewLink[] = [];
  chains.forEach(({ positions, decisions, known, currency, stored, links }, nth) => {
    const chainToken = folded[nth]?.chainToken ?? '';
    const link = (text: string, seeks: boolean): void =>
      void newLinks.push({ link: text, chainToken, currency, seeks });
    // The chain's own name leads to it, too: what comes later asks by it.
    if (!stored.some((each) => each.chainToken === chainToken)) link(transactionLink(currency, chainToken), false);
    for (const position of decisions)
      for (const text of keys[position]?.named ?? []) if (!links.has(text)) link(text, false);
    for (const position of positions) {
      const [word, key] = [words[position], keys[position]];
      if (word === undefined || key === undefined || known.has(position)) continue;
      newRecords.push({ ...word, chainToken });
      for (const text of key.named) link(text, false);
      for (const text of key.shared) link(text, key.seeks);
    }
  });
  return { newRecords, newLinks };
}

function resultsOf(
  chains: readonly GatheredChain[],
  folded: readonly FoldedChain[],
  words: readonly Word[],
): AppliedRecord[] {
  const results: AppliedRecord[] = [];
  chains.forEach(({ positions, known }, nth) => {
    const chain = folded[nth];
    if (chain === undefined) return;
    const { chainToken, accountId, difference } = chain;
    for (const position of positions) {
      const token = words[position]?.record.transactionToken;
      results[position] = {
        status: known.has(position) ? 'duplicate' : 'applied',
        chainToken,
        ...(accountId === undefined ? {} : { accountId }),
        exceptions: difference.exceptions.filter((row) => row.transactionToken === token && row.state === 'open'),
      };
    }
  });
  return results;
}
