import { type ChainOutcome, firstRecordOf, foldChain, type RecordException } from '@freeway/core';
import type { BatchOptions } from './apply-batch.ts';
import type { ChainBooks, CountedLimit } from './chain-books.ts';
import { chainDifference } from './chain-difference.ts';
import { booksOf, type GatheredChain } from './chain-group.ts';
import type { PossibleHomes } from './find-homes.ts';
import type { FoldedChain } from './folded-chain.ts';
import { homeOf, recordsByToken } from './home.ts';
import type { Books } from './read-books.ts';
import { chainKey } from './read-chains.ts';
import type { WantedLimits } from './read-limits.ts';

/** A chain that is folded and has a home; what it counts against may still have to be read. */
export interface PlacedChain {
  readonly chain: GatheredChain;
  readonly own: ChainBooks;
  readonly outcome: ChainOutcome;
  readonly accountId: string | undefined;
  readonly assignedAccountId: string | undefined;
  readonly exceptions: readonly RecordException[];
  /** Absent where its decisions say which limits count, or nothing does; `of` names what they are looked up for. */
  readonly wantedLimits: (WantedLimits & { readonly of: string }) | undefined;
}

export interface PlaceFacts {
  readonly books: Books;
  readonly homes: PossibleHomes;
  readonly options: BatchOptions;
}

export function placeChain(chain: GatheredChain, { books, homes, options }: PlaceFacts): PlacedChain {
  const { currency, records, stored } = chain;
  const own = booksOf(chain, books);
  const outcome = foldChain({ decisions: own.decisions, records, limitIds: [] }, options.policy);
  const assigned = stored.map((each) => options.assign?.get(chainKey(each)) ?? each.assignedAccountId);
  const assignedAccountId = assigned.find((accountId) => accountId !== undefined);
  const { account, exceptions } = homeOf(outcome, { currency, assignedAccountId, accounts: books.accounts, ...homes });
  const accountId = account?.accountId;
  const wantedLimits = wantedLimitsOf(chain, own, outcome, accountId);
  return { chain, own, outcome, accountId, assignedAccountId, exceptions, wantedLimits };
}

/** They stay what they were when the chain was first counted, as long as its first record and its account are the same. */
function wantedLimitsOf(
  { records, stored }: GatheredChain,
  { decisions }: ChainBooks,
  { counts }: ChainOutcome,
  accountId: string | undefined,
): PlacedChain['wantedLimits'] {
  if (accountId === undefined || (counts.amountMinor === 0n && counts.count === 0)) return undefined;
  if (decisions.some(({ limitIds }) => limitIds !== undefined)) return undefined;
  const first = firstRecordOf({ decisions, records, limitIds: [] });
  if (first === undefined) return undefined;
  const of = `${accountId} ${first.transactionToken}`;
  return { first, accountId, limitIds: stored.find((each) => each.limitsOf === of)?.limitIds, of };
}

/** `limits` are those that it wanted. */
export function foldedChainOf(placed: PlacedChain, limits: readonly CountedLimit[]): FoldedChain {
  const { chain, own, outcome, accountId, assignedAccountId, wantedLimits } = placed;
  const { chainToken } = outcome;
  const exceptions = [...outcome.exceptions, ...placed.exceptions];
  const counted = distinct(wantedLimits === undefined ? decidedLimits(own, outcome) : limits);
  return {
    chainToken,
    formerTokens: chain.stored.map((each) => each.chainToken).filter((token) => token !== chainToken),
    misnamed: own.decisions.flatMap((it) => (it.storedAs === chainToken ? [] : it.transactionToken)),
    currency: chain.currency,
    accountId,
    assignedAccountId,
    limitIds: wantedLimits === undefined ? undefined : limits.map(({ limitId }) => limitId),
    limitsOf: wantedLimits?.of,
    isClosed: outcome.isClosed,
    hold: outcome.hold,
    countedAtMs: outcome.countedAtMs,
    decided: outcome.decided,
    difference: chainDifference({ accountId, outcome, limits: counted, exceptions }, own),
    records: recordsByToken(chain.records),
  };
}

function decidedLimits({ decisions }: ChainBooks, { counts }: ChainOutcome): CountedLimit[] {
  return decisions.flatMap(({ limits }) => limits).filter(({ limitId }) => counts.limitIds.includes(limitId));
}

function distinct(limits: readonly CountedLimit[]): CountedLimit[] {
  return [...new Map(limits.map((limit) => [limit.limitId, limit])).values()];
}
