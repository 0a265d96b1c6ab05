import type { Range } from './chains/range.ts';
import type {
  AccountState,
  CardBlock,
  CardState,
  OwnerRef,
  OwnerState,
  Programme,
  ProgrammeCard,
  ProgrammeLimit,
} from './programme.ts';

/** By how much something may still be less or more than it will be in the end; neither is ever on the wrong side of zero. */
export interface Slack {
  below: bigint;
  above: bigint;
}

/**
 * Money and state of one account as the simulator believes it: what it comes to once everything that was sent has arrived.
 * Available = posted - held + credit line.
 */
export interface BookAccount {
  readonly key: string;
  readonly owner: OwnerRef;
  readonly currency: string;
  readonly state: AccountState;
  readonly creditLineMinor: bigint;
  postedMinor: bigint;
  heldMinor: bigint;
  pendingMinor: bigint;
  /** What may not have arrived yet. */
  readonly slack: { readonly posted: Slack; readonly available: Slack; readonly pending: Slack };
  /** False once an answer never came and no record will tell: the gateway may have booked it or not. */
  certain: boolean;
}

export interface BookOwner {
  /** The last is the one that holds in the end; the gateway may know any of them. */
  states: readonly OwnerState[];
  readonly blocked: boolean;
}

export interface BookCard {
  /** As for owners. */
  states: readonly CardState[];
  readonly block?: CardBlock;
  /** First instant at which the card is no longer valid, ms since the epoch. */
  readonly expiresAtMs: number;
  readonly blockedCategories: readonly string[];
}

/** Use of one limit within one window. */
export interface Counter {
  readonly limit: string;
  /** First day of the window, `YYYY-MM-DD`, UTC. */
  readonly windowStart: string;
  readonly amountMinor: bigint;
  readonly count: number;
}

/** Owners, cards, accounts, limits and counters, each found by its key. */
export interface Book {
  readonly accounts: ReadonlyMap<string, BookAccount>;
  owner(ref: OwnerRef): BookOwner | undefined;
  card(token: string): BookCard | undefined;
  /** Limits on the subjects named, in their order. */
  limitsOf(subjectKeys: readonly string[]): readonly ProgrammeLimit[];
  /** Use of a limit in the window of an instant. */
  used(limit: ProgrammeLimit, atMs: number): Pick<Counter, 'amountMinor' | 'count'>;
  take(limit: ProgrammeLimit, atMs: number, use: Pick<Counter, 'amountMinor' | 'count'>): void;
  /** The same while some of it may not have arrived. */
  usedRange(limit: ProgrammeLimit, atMs: number): { readonly amount: Range; readonly count: Range };
  slackOf(limit: ProgrammeLimit, atMs: number): { readonly amount: Slack; readonly count: Slack };
  counters(): Iterable<Counter>;
  putCounter(counter: Counter): void;
}

export function accountKey(owner: OwnerRef, currency: string): string {
  return `${owner.kind} ${owner.token} ${currency}`;
}

/** First day (UTC) of the window that an instant falls into (money.md *window*). */
function windowStart(window: ProgrammeLimit['window'], atMs: number): string {
  const day = new Date(atMs).toISOString().slice(0, 10);
  return window === 'month' ? `${day.slice(0, 8)}01` : day;
}

/** Opens the books on a programme: opening balances posted, nothing held, no counter used. */
export function openBook(programme: Programme): Book {
  const owners = new Map<string, BookOwner>();
  for (const { token, state, blocked } of programme.users) owners.set(`user ${token}`, { states: [state], blocked });
  for (const { token, state } of programme.businesses)
    owners.set(`business ${token}`, { states: [state], blocked: false });
  const accounts = new Map<string, BookAccount>();
  for (const { owner, currency, state, creditLineMinor, openingMinor } of programme.accounts) {
    const key = accountKey(owner, currency);
    const balances = { postedMinor: openingMinor, heldMinor: 0n, pendingMinor: 0n, certain: true };
    const slack = { posted: noSlack(), available: noSlack(), pending: noSlack() };
    accounts.set(key, { key, owner, currency, state, creditLineMinor, ...balances, slack });
  }
  const cards = new Map<string, BookCard>(programme.cards.map((card) => [card.token, bookCard(card)]));
  const limits = Map.groupBy(programme.limits, subjectKey);
  const counters = new Map<string, Counter>();
  const used: Book['used'] = (limit, atMs) =>
    counters.get(`${limit.token} ${windowStart(limit.window, atMs)}`) ?? { amountMinor: 0n, count: 0 };
  const slacks = new Map<string, { readonly amount: Slack; readonly count: Slack }>();
  const slackOf: Book['slackOf'] = (limit, atMs) => {
    const key = `${limit.token} ${windowStart(limit.window, atMs)}`;
    const slack = slacks.get(key) ?? { amount: noSlack(), count: noSlack() };
    slacks.set(key, slack);
    return slack;
  };
  const putCounter: Book['putCounter'] = (counter) =>
    void counters.set(`${counter.limit} ${counter.windowStart}`, counter);
  return {
    accounts,
    owner: (ref) => owners.get(`${ref.kind} ${ref.token}`),
    card: (token) => cards.get(token),
    limitsOf: (keys) => keys.flatMap((key) => limits.get(key) ?? []),
    used,
    take(limit, atMs, use) {
      const before = used(limit, atMs);
      putCounter({
        limit: limit.token,
        windowStart: windowStart(limit.window, atMs),
        amountMinor: before.amountMinor + use.amountMinor,
        count: before.count + use.count,
      });
    },
    usedRange(limit, atMs) {
      const { amountMinor, count } = used(limit, atMs);
      const slack = slackOf(limit, atMs);
      return { amount: rangeAround(amountMinor, slack.amount), count: rangeAround(BigInt(count), slack.count) };
    },
    slackOf,
    counters: () => counters.values(),
    putCounter,
  };
}

function noSlack(): Slack {
  return { below: 0n, above: 0n };
}

export function rangeAround(value: bigint, { below, above }: Slack): Range {
  return { low: value - below, high: value + above };
}

function subjectKey({ subject, currency }: ProgrammeLimit): string {
  if (subject.kind === 'account') return `account ${accountKey(subject.owner, currency)}`;
  return `${subject.kind} ${subject.token}`;
}

function bookCard(card: ProgrammeCard): BookCard {
  const [year = 0, month = 0] = card.expires.split('-').map(Number);
  return {
    states: [card.state],
    ...(card.block === undefined ? {} : { block: card.block }),
    // Valid through the last day of its month: Date.UTC counts months from 0, so `month` is the one after.
    expiresAtMs: Date.UTC(year, month, 1),
    blockedCategories: card.blockedCategories,
  };
}
