import { type AppliedRecord, type ChainPolicy, firstRecordOf, foldChain, type TransactionRecord } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { ChainBooks, CountedLimit } from './chain-books.ts';
import { chainDifference } from './chain-difference.ts';
import { booksOf, type GatheredChain, gatherChain, type Word } from './chain-group.ts';
import { findHomes, type PossibleHomes } from './find-homes.ts';
import type { FoldedChain, NewLink, NewRecord } from './folded-chain.ts';
import { type ChainName, groupChains } from './group-chains.ts';
import { homeOf, recordsByToken } from './home.ts';
import { type Books, lockAndReadBooks } from './read-books.ts';
import { chainKey, readChains } from './read-chains.ts';
import { readLimits, readLimitWindows } from './read-limits.ts';
import { contentOf, digestOf } from './record-content.ts';
import { type LinkKeys, linkKeysOf, transactionLink } from './record-links.ts';
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
 * Applies records in one transaction. Order of work: lock the links, so that nobody else works on these chains; find the
 * chains; lock the accounts; read what is booked; fold; write the difference.
 */
export async function applyBatch(
  sql: TransactionSql,
  records: readonly TransactionRecord[],
  options: BatchOptions,
): Promise<AppliedRecord[]> {
  const words = records.map(wordOf);
  const keys = records.map(linkKeysOf);
  const { refold = [] } = options;
  const links = new Set(keys.flatMap(({ named, shared }) => [...named, ...shared]));
  for (const { chainToken, currency } of refold) links.add(transactionLink(currency, chainToken));
  await lockLinks(sql, [...links]);
  const stored = await readChains(sql, [...links]);
  const again = new Set(refold.map(chainKey));
  const chains = groupChains(keys, stored.links)
    // a chain that shares something and is not sought stays as it is
    .filter((group) => group.records.length > 0 || group.chains.some((name) => again.has(chainKey(name))))
    .map((group) => gatherChain(group, words, stored));
  const homes = await findHomes(sql, chains);
  const books = await lockAndReadBooks(sql, [...homes.accountIds, ...options.alsoLock], homes.tokens);
  const folded: FoldedChain[] = [];
  for (const chain of chains) folded.push(await foldGathered(sql, chain, { books, homes, options }));
  const { newRecords, newLinks } = newRows(chains, folded, words, keys);
  await writeBooks(sql, folded, newRecords, newLinks);
  return resultsOf(chains, folded, words);
}

function wordOf(record: TransactionRecord): Word {
  const content = contentOf(record);
  return { record, content, digest: digestOf(content) };
}

/** Sorted, so that two batches never wait for each other in a circle. Held until the transaction ends. */
async function lockLinks(sql: TransactionSql, links: readonly string[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(k.key)
      from (select distinct hashtextextended(link, 0) as key from unnest(${links as string[]}::text[]) as link order by 1) k`;
}

interface FoldParts {
  readonly books: Books;
  readonly homes: PossibleHomes;
  readonly options: BatchOptions;
}

async function foldGathered(sql: TransactionSql, chain: GatheredChain, parts: FoldParts): Promise<FoldedChain> {
  const { books, homes, options } = parts;
  const { currency, records, stored } = chain;
  const own = booksOf(chain, books);
  const facts = { decisions: own.decisions, records, limitIds: [] };
  const outcome = foldChain(facts, options.policy);
  const { chainToken, counts } = outcome;
  const assigned = stored.map((each) => options.assign?.get(chainKey(each)) ?? each.assignedAccountId);
  const assignedAccountId = assigned.find((accountId) => accountId !== undefined);
  const { account, exceptions } = homeOf(outcome, { currency, assignedAccountId, accounts: books.accounts, ...homes });
  const accountId = account?.accountId;
  const counted = counts.amountMinor !== 0n || counts.count !== 0;
  const decided = own.decisions.flatMap(({ limits }) => limits);
  const looksUp = counted && accountId !== undefined && own.decisions.every(({ limitIds }) => limitIds === undefined);
  const found = looksUp ? await limitsOf(sql, chain, own, accountId) : undefined;
  const limits = found?.limits ?? decided.filter(({ limitId }) => counts.limitIds.includes(limitId));
  const place = { accountId, outcome, limits: distinct(limits), exceptions: [...outcome.exceptions, ...exceptions] };
  return {
    chainToken,
    formerTokens: stored.map((each) => each.chainToken).filter((token) => token !== chainToken),
    currency,
    accountId,
    assignedAccountId,
    limitIds: found?.limits.map(({ limitId }) => limitId),
    limitsOf: found?.of,
    isClosed: outcome.isClosed,
    hold: outcome.hold,
    countedAtMs: outcome.countedAtMs,
    decided: outcome.decided,
    difference: chainDifference(place, own),
    records: recordsByToken(records),
  };
}

/** They stay what they were when the chain was first counted, as long as its first record and its account are the same. */
async function limitsOf(
  sql: TransactionSql,
  { records, stored }: GatheredChain,
  { decisions }: ChainBooks,
  accountId: string,
): Promise<{ readonly limits: readonly CountedLimit[]; readonly of: string } | undefined> {
  const first = firstRecordOf({ decisions, records, limitIds: [] });
  if (first === undefined) return undefined;
  const of = `${accountId} ${first.transactionToken}`;
  const before = stored.find((each) => each.limitsOf === of)?.limitIds;
  if (before !== undefined) return { limits: await readLimitWindows(sql, before), of };
  return { limits: await readLimits(sql, first, accountId), of };
}

function distinct(limits: readonly CountedLimit[]): CountedLimit[] {
  return [...new Map(limits.map((limit) => [limit.limitId, limit])).values()];
}

function newRows(
  chains: readonly GatheredChain[],
  folded: readonly FoldedChain[],
  words: readonly Word[],
  keys: readonly LinkKeys[],
): { newRecords: NewRecord[]; newLinks: NewLink[] } {
  const newRecords: NewRecord[] = [];
  const newLinks: NewLink[] = [];
  chains.forEach(({ positions, known, currency, stored }, nth) => {
    const chainToken = folded[nth]?.chainToken ?? '';
    const link = (text: string, seeks: boolean): void =>
      void newLinks.push({ link: text, chainToken, currency, seeks });
    // The chain's own name leads to it, too: what comes later asks by it.
    if (!stored.some((each) => each.chainToken === chainToken)) link(transactionLink(currency, chainToken), false);
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
