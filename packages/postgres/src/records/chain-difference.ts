import { windowStart, type ChainOutcome, type RecordException } from '@freeway/core';
import type {
  BookedCount,
  BookedCredit,
  BookedException,
  BookedHold,
  BookedPosting,
  ChainBooks,
  CountedLimit,
} from './chain-books.ts';

/** Where a chain books from now on; undefined account: it has nothing to book. */
export interface ChainPlace {
  readonly accountId: string | undefined;
  readonly outcome: ChainOutcome;
  /** The limits it counts against, with their windows. */
  readonly limits: readonly CountedLimit[];
  readonly exceptions: readonly RecordException[];
}

/** What has to change so that the books say what the fold says. Amounts of holds, credits and counts are the new ones. */
export interface ChainDifference {
  readonly holds: readonly BookedHold[];
  readonly expectedCredits: readonly BookedCredit[];
  /** To add to a counter, and to the chain's row beside it. */
  readonly counts: readonly BookedCount[];
  /** To book: the difference, and which one it is. */
  readonly postings: readonly BookedPosting[];
  readonly exceptions: readonly BookedException[];
}

/** money.md *chains are folds*: "the difference is booked". Pure. */
export function chainDifference(place: ChainPlace, books: ChainBooks): ChainDifference {
  return {
    holds: holdChanges(place, books),
    expectedCredits: creditChanges(place, books),
    counts: countChanges(place, books),
    postings: postingChanges(place, books),
    exceptions: exceptionChanges(place, books),
  };
}

function holdChanges({ accountId, outcome }: ChainPlace, { holds }: ChainBooks): BookedHold[] {
  const { chainToken, hold } = outcome;
  const wanted = new Map(holds.map((row) => [rowKey(row.accountId, row.chainToken), { ...row, amountMinor: 0n }]));
  if (accountId !== undefined && hold.amountMinor > 0n)
    wanted.set(rowKey(accountId, chainToken), { accountId, chainToken, amountMinor: hold.amountMinor });
  return [...wanted.values()];
}

function creditChanges({ accountId, outcome }: ChainPlace, books: ChainBooks): BookedCredit[] {
  const wanted = new Map(
    books.expectedCredits.map((row) => [rowKey(row.accountId, row.transactionToken), { ...row, amountMinor: 0n }]),
  );
  if (accountId !== undefined)
    for (const { transactionToken, amountMinor } of outcome.expectedCredits)
      wanted.set(rowKey(accountId, transactionToken), { accountId, transactionToken, amountMinor });
  return [...wanted.values()];
}

/** What the chain counts now, less what its decisions took and what was added to that before. */
function countChanges(place: ChainPlace, { decisions, counts }: ChainBooks): BookedCount[] {
  const { accountId, outcome, limits } = place;
  const sums = new Map<string, { -readonly [Member in keyof BookedCount]: BookedCount[Member] }>();
  const add = (account: string, limit: CountedLimit, atMs: number, amountMinor: bigint, count: number): void =>
    addTo(account, limit.limitId, windowStart(limit.window, atMs), amountMinor, count);
  const addTo = (account: string, limitId: number, start: string, amountMinor: bigint, count: number): void => {
    const key = rowKey(account, `${limitId}`, start);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { accountId: account, limitId, windowStart: start, amountMinor, count });
    else Object.assign(sum, { amountMinor: sum.amountMinor + amountMinor, count: sum.count + count });
  };
  for (const decision of decisions)
    if (decision.effect !== 'expected_credit')
      for (const limit of decision.limits)
        add(
          decision.accountId,
          limit,
          decision.countedAtMs,
          -decision.amountMinor,
          decision.effect === 'increment' ? 0 : -1,
        );
  for (const row of counts) addTo(row.accountId, row.limitId, row.windowStart, -row.amountMinor, -row.count);
  if (accountId !== undefined)
    for (const limit of limits)
      add(accountId, limit, outcome.countedAtMs, outcome.counts.amountMinor, outcome.counts.count);
  return [...sums.values()].filter(({ amountMinor, count }) => amountMinor !== 0n || count !== 0);
}

function postingChanges({ accountId, outcome }: ChainPlace, { postings }: ChainBooks): BookedPosting[] {
  const changes = new Map<string, BookedPosting>();
  for (const row of postings)
    changes.set(rowKey(row.accountId, row.counterpart, row.transactionToken), {
      ...row,
      amountMinor: -row.amountMinor,
    });
  if (accountId !== undefined)
    for (const { transactionToken, counterpart, amountMinor } of outcome.postings) {
      const at = rowKey(accountId, counterpart, transactionToken);
      const booked = changes.get(at) ?? { accountId, transactionToken, counterpart, amountMinor: 0n, times: 0 };
      changes.set(at, { ...booked, amountMinor: booked.amountMinor + amountMinor });
    }
  return [...changes.values()].filter(({ amountMinor }) => amountMinor !== 0n);
}

/** An exception that is not raised any more was explained; one that an operator has settled stays settled. */
function exceptionChanges({ accountId, outcome, exceptions }: ChainPlace, books: ChainBooks): BookedException[] {
  const before = new Map(books.exceptions.map((row) => [rowKey(row.reason, row.transactionToken), row]));
  const changes: BookedException[] = [];
  for (const raised of exceptions) {
    const known = before.get(rowKey(raised.reason, raised.transactionToken));
    before.delete(rowKey(raised.reason, raised.transactionToken));
    const account = accountId ?? '0';
    const row: BookedException = { chainToken: outcome.chainToken, ...raised, accountId: account, state: 'open' };
    if (known === undefined || known.state === 'explained') changes.push(row);
    else if (
      known.amountMinor !== row.amountMinor ||
      known.accountId !== account ||
      known.chainToken !== row.chainToken
    )
      changes.push({ ...row, state: known.state });
  }
  for (const row of before.values())
    if (row.state === 'open') changes.push({ ...row, chainToken: outcome.chainToken, state: 'explained' });
  return changes;
}

/** The last part may hold anything; those before it have no blanks. */
function rowKey(...parts: readonly string[]): string {
  return parts.join(' ');
}
