import { addUp, type ChainSum, type Oddity } from './add-up.ts';
import { type Range, type ChainRange, rangeOf } from './range.ts';
import type { Book, BookAccount, Slack } from '../book.ts';
import type { ChainEvent } from './chain-event.ts';
import type { ProgrammeLimit } from '../programme.ts';

/** What a chain hangs on: chosen by its first transaction. */
export interface ChainHome {
  readonly account: BookAccount;
  readonly limits: readonly ProgrammeLimit[];
  /** The window of all that the chain ever counts (money.md *window*). */
  readonly countedAtMs: number;
}

/** What a limit on single transactions compares an increment with, and the window that the chain counts in. */
export interface ChainView {
  readonly total: Range;
  readonly countedAtMs: number;
  /** Held in the end, minor units, as far as is known. */
  readonly heldMinor: bigint;
}

/** All chains of the run: an event changes what its chain comes to, and that changes account and counters. */
export interface ChainBook {
  /** `mayBeMissing`: the ledger may not know of it, now or for some time. */
  add(first: string, event: ChainEvent, home: ChainHome, mayBeMissing: boolean): void;
  /**
   * The record of this transaction is booked, so that nothing is open about it. Does nothing while the gateway is deciding on
   * something of this account, perhaps by what it knew before: tell it again.
   */
  arrived(token: string, isBusy: (accountKey: string) => boolean): void;
  /** Transactions whose records are not known to be booked. */
  awaited(): Iterable<string>;
  /** The record of this transaction will never come. */
  lost(token: string): void;
  view(first: string): ChainView | undefined;
  oddities(): Iterable<Oddity>;
}

interface Chain extends ChainHome {
  readonly first: string;
  readonly arrived: ChainEvent[];
  readonly open: ChainEvent[];
  sum: ChainSum;
  range: ChainRange;
}

/** Chains that can still be followed up. Lives are over long before. */
const CHAINS_MAX = 50_000;

const NOTHING: ChainSum = {
  postedMinor: 0n,
  heldMinor: 0n,
  pendingMinor: 0n,
  countedMinor: 0n,
  count: 0,
  oddities: [],
};

export function createChainBook(book: Book): ChainBook {
  const chains = new Map<string, Chain>();
  const chainOfToken = new Map<string, Chain>();
  const awaited = new Set<string>();
  const odd = new Map<string, readonly Oddity[]>();

  function open(first: string, home: ChainHome): Chain {
    const chain: Chain = { first, ...home, arrived: [], open: [], sum: NOTHING, range: rangeOf(first, [], []) };
    chains.set(first, chain);
    const oldest = chains.size > CHAINS_MAX ? chains.values().next().value : undefined;
    if (oldest !== undefined) {
      chains.delete(oldest.first);
      for (const { token } of [...oldest.arrived, ...oldest.open]) {
        chainOfToken.delete(token);
        awaited.delete(token);
      }
    }
    return chain;
  }

  function recount(chain: Chain): void {
    const before = { sum: chain.sum, range: chain.range };
    chain.sum = addUp(chain.first, [...chain.arrived, ...chain.open]);
    chain.range = rangeOf(chain.first, chain.arrived, chain.open);
    moveAccount(chain.account, before, chain);
    for (const limit of chain.limits) if (limit.window !== 'transaction') moveCounter(book, limit, before, chain);
    if (chain.sum.oddities.length > 0) odd.set(chain.first, chain.sum.oddities);
    else odd.delete(chain.first);
  }

  return {
    add(first, event, home, mayBeMissing) {
      const chain = chains.get(first) ?? open(first, home);
      chainOfToken.set(event.token, chain);
      (mayBeMissing ? chain.open : chain.arrived).push(event);
      if (mayBeMissing && event.source === 'record') awaited.add(event.token);
      recount(chain);
    },
    arrived(token, isBusy) {
      const chain = chainOfToken.get(token);
      const event = chain?.open.find((each) => each.token === token && each.source === 'record');
      if (chain === undefined || event === undefined) return;
      if (isBusy(chain.account.key)) return;
      awaited.delete(token);
      // The record beats the answer: whether that ever came makes no difference any more.
      const left = chain.open.filter((each) => each.token !== token);
      chain.open.splice(0, chain.open.length, ...left);
      chain.arrived.push(event);
      recount(chain);
    },
    awaited: () => awaited.values(),
    lost(token) {
      awaited.delete(token);
      const chain = chainOfToken.get(token);
      if (chain !== undefined) chain.account.certain = false;
    },
    view(first) {
      const chain = chains.get(first);
      if (chain === undefined) return undefined;
      const { range, countedAtMs, sum } = chain;
      return { total: range.total, countedAtMs, heldMinor: sum.heldMinor };
    },
    oddities: () => [...odd.values()].flat(),
  };
}

interface Standing {
  readonly sum: ChainSum;
  readonly range: ChainRange;
}

function moveAccount(account: BookAccount, before: Standing, after: Standing): void {
  account.postedMinor += after.sum.postedMinor - before.sum.postedMinor;
  account.heldMinor += after.sum.heldMinor - before.sum.heldMinor;
  account.pendingMinor += after.sum.pendingMinor - before.sum.pendingMinor;
  const { posted, available, pending } = account.slack;
  moveSlack(posted, before, after, ({ sum, range }) => [sum.postedMinor, range.posted]);
  moveSlack(available, before, after, ({ sum, range }) => [sum.postedMinor - sum.heldMinor, range.available]);
  moveSlack(pending, before, after, ({ sum, range }) => [sum.pendingMinor, range.pending]);
}

function moveCounter(book: Book, limit: ProgrammeLimit, before: Standing, after: Standing & ChainHome): void {
  const amountMinor = after.sum.countedMinor - before.sum.countedMinor;
  const count = after.sum.count - before.sum.count;
  if (amountMinor !== 0n || count !== 0) book.take(limit, after.countedAtMs, { amountMinor, count });
  const slack = book.slackOf(limit, after.countedAtMs);
  moveSlack(slack.amount, before, after, ({ sum, range }) => [sum.countedMinor, range.counted]);
  moveSlack(slack.count, before, after, ({ sum, range }) => [BigInt(sum.count), range.count]);
}

function moveSlack(
  slack: Slack,
  before: Standing,
  after: Standing,
  of: (standing: Standing) => readonly [value: bigint, range: Range],
): void {
  for (const [standing, sign] of [
    [before, -1n],
    [after, 1n],
  ] as const) {
    const [value, { low, high }] = of(standing);
    slack.below += sign * (value - low);
    slack.above += sign * (high - value);
  }
}
