import { accountKey, openBook, rangeAround } from './book.ts';
import { createChainBook } from './chains/chain-book.ts';
import { eventOfAnswer, eventOfRecord } from './chains/chain-event.ts';
import { firstTokenOf } from './transaction-parts.ts';
import { toMinor } from './decimal-money.ts';
import { availableMinor, judge, limitsFor } from './judge.ts';
import type { Book, BookAccount } from './book.ts';
import type { CardState, OwnerRef, OwnerState, Programme } from './programme.ts';
import type { ChainBook, ChainHome, ChainView } from './chains/chain-book.ts';
import type { DeclineWord, Ruling } from './judge.ts';
import type { Happening } from './records/happening.ts';
import type { Message } from './message.ts';
import type { Oddity } from './chains/add-up.ts';

/** Balances of one account, minor units. */
export interface AccountBalances {
  readonly owner: OwnerRef;
  readonly currency: string;
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingMinor: bigint;
}

/** What a limit has let through in one window. */
export interface CounterUse {
  readonly limit: string;
  /** First day of the window, `YYYY-MM-DD`, UTC. */
  readonly windowStart: string;
  readonly amountMinor: bigint;
  readonly count: number;
}

/** Where a ledger stands when a run begins; accounts and counters not named start as in the programme. */
export interface ModelState {
  readonly accounts: readonly AccountBalances[];
  readonly counters: readonly CounterUse[];
  /** Cards and users that are in another state than the programme says. */
  readonly cards?: readonly { readonly token: string; readonly state: CardState }[];
  readonly users?: readonly { readonly token: string; readonly state: OwnerState }[];
}

/** What a balance inquiry tells; minor units. */
export interface InquiryBalances {
  readonly postedMinor: bigint;
  readonly availableMinor: bigint;
  readonly pendingMinor: bigint;
}

/** The answer a gateway must give. */
export interface Prediction {
  readonly status: 200 | 402;
  readonly declineReason?: string | undefined;
  /** Answers that are as right, while records are on their way that one of them hangs on. */
  readonly alsoRight?: readonly Verdict[];
  /** For an approved balance inquiry: what it must tell, or the least and the most of it while records are on their way. */
  readonly balances?: InquiryBalances;
  readonly balancesUpTo?: InquiryBalances;
  /** `new`: decided afresh. `stored`: decided before. `reused`: a token with other content (money.md *two keys*). */
  readonly basis: 'new' | 'stored' | 'reused';
}

/** What the gateway did answer, as far as it moves the model. */
export interface Verdict {
  readonly status: 200 | 402;
  readonly declineReason?: string | undefined;
}

/**
 * The simulator's own idea of the ledger, in step with the gateway's answers and with the records that the platform sends. One
 * message per account at a time.
 */
export interface Model {
  /** Depends on nothing but what was settled and recorded before. */
  predict(message: Message): Prediction;
  /** Adopts an answer, also a wrong one, so that one fault is reported once. */
  settle(message: Message, prediction: Prediction, verdict: Verdict): void;
  /** An answer that never came; the record that is still to come will tell what becomes of it. */
  suspect(message: Message): void;
  /** An answer that never came, of which no record will tell: what the account holds is no longer known. */
  doubt(message: Message): void;
  /** The platform's word on a transaction, which is about to be sent; it counts from now on, whenever it arrives. */
  record(happening: Happening): void;
  /** Transactions whose records are not known to be booked. */
  awaited(): Iterable<string>;
  /** The ledger has booked the record of this transaction. Without effect while its account is busy: tell it again. */
  arrived(transactionToken: string, isBusy: (accountKey: string) => boolean): void;
  /** A notification was given up: what its account holds is no longer known. */
  lost(token: string): void;
  /** The platform moved a card or a user to another state; the gateway learns of it some time, nobody knows when. */
  moveCard(cardToken: string, state: CardState): void;
  moveUser(userToken: string, state: OwnerState): void;
  /** The account that a message is about, if it is known. */
  accountOf(message: Message): string | undefined;
  /** Whether the account that a message is about takes bookings: it is known, and not closed. */
  books(message: Message): boolean;
  /** What is held on an account in the end, minor units. */
  heldMinor(accountKey: string): bigint;
  /** The chain of a transaction, by its first, as far as it is known. */
  chain(firstToken: string): ChainView | undefined;
  /** The smallest amount that the gateway must refuse, minor units; undefined while records are on their way. */
  smallestRefused(message: Message): bigint | undefined;
  expectedBalances(): Iterable<AccountBalances & { readonly certain: boolean }>;
  expectedCounters(): Iterable<CounterUse>;
  /** Records that must be on the operator's list in the end. */
  expectedOddities(): Iterable<Oddity>;
}

interface Remembered {
  readonly content: string;
  readonly verdict: Verdict;
}

/** Messages that can still be repeated. Traffic repeats only much younger ones. */
const REMEMBERED_MAX = 50_000;

export function createModel(programme: Programme, state?: ModelState): Model {
  const book = openBook(programme);
  if (state !== undefined) loadState(book, state);
  const chains = createChainBook(book);
  const decided = new Map<string, Remembered>();

  const remember = (key: string, entry: Remembered): void => {
    decided.set(key, entry);
    if (decided.size > REMEMBERED_MAX) decided.delete(decided.keys().next().value as string);
  };
  const account = (message: Message): BookAccount | undefined =>
    book.accounts.get(accountKey(message.payer, message.currency));

  return {
    predict(message) {
      const before = decided.get(message.transactionToken) ?? decided.get(message.messageToken);
      if (before !== undefined && before.content !== contentOf(message))
        return { status: 402, declineReason: 'TRANSACTION_NOT_PERMITTED', basis: 'reused' };
      if (before !== undefined) return repeatOf(before.verdict, message, account(message));
      const rulings = judge(message, book, chains.view(message.extends?.transactionToken ?? ''));
      return predictNew(rulings, message, account(message));
    },
    settle(message, prediction, verdict) {
      if (prediction.basis === 'reused') return;
      const entry = { content: contentOf(message), verdict };
      remember(message.messageToken, entry);
      if (prediction.basis === 'stored') return;
      remember(message.transactionToken, entry);
      if (verdict.status === 200) addAnswer(message, { book, chains, mayBeMissing: false });
    },
    suspect: (message) => addAnswer(message, { book, chains, mayBeMissing: true }),
    doubt(message) {
      const doubted = account(message);
      if (doubted !== undefined) doubted.certain = false;
    },
    record(happening) {
      const home = happening.kind.deed === 'nothing' ? undefined : homeOf(happening.message, book);
      if (home !== undefined) chains.add(firstTokenOf(happening.message), eventOfRecord(happening), home, true);
    },
    awaited: () => chains.awaited(),
    arrived: (token, isBusy) => chains.arrived(token, isBusy),
    lost: (token) => chains.lost(token),
    moveCard: (token, to) => move(book.card(token), to),
    moveUser: (token, to) => move(book.owner({ kind: 'user', token }), to),
    accountOf: (message) => account(message)?.key,
    books: (message) => (account(message)?.state ?? 'closed') !== 'closed',
    heldMinor: (key) => book.accounts.get(key)?.heldMinor ?? 0n,
    chain: (first) => chains.view(first),
    smallestRefused: (message) => smallestRefused(message, book),
    expectedBalances: () => Array.from(book.accounts.values(), toBalances),
    expectedCounters: () => book.counters(),
    expectedOddities: () => chains.oddities(),
  };
}

function loadState(book: Book, state: ModelState): void {
  for (const { owner, currency, postedMinor, heldMinor, pendingMinor } of state.accounts) {
    const account = book.accounts.get(accountKey(owner, currency));
    if (account !== undefined) Object.assign(account, { postedMinor, heldMinor, pendingMinor });
  }
  for (const counter of state.counters) book.putCounter(counter);
  for (const { token, state: now } of state.cards ?? []) settle(book.card(token), now);
  for (const { token, state: now } of state.users ?? []) settle(book.owner({ kind: 'user', token }), now);
}

/** Whatever has states of which the gateway may know an older one; the last is the one in the end. */
interface Movable<S> {
  states: readonly S[];
}

function settle<S>(subject: Movable<S> | undefined, state: S): void {
  if (subject !== undefined) subject.states = [state];
}

function move<S>(subject: Movable<S> | undefined, to: S): void {
  if (subject !== undefined) subject.states = [...subject.states.filter((state) => state !== to), to];
}

/** money.md *two keys*: content means method, amount, currency, card and owner; how the amount is written is not content. */
function contentOf(message: Message): string {
  const { kind, currency, cardToken, payer, amountText } = message;
  const amount = toMinor(amountText, currency) ?? amountText;
  return [kind.method, amount, currency, cardToken, payer.kind, payer.token].join(' ');
}

function predictNew(rulings: readonly Ruling[], message: Message, account: BookAccount | undefined): Prediction {
  const verdicts = rulings.map((ruling) => verdictOf(ruling));
  const likeliest = verdicts.at(-1) ?? { status: 200 as const };
  const others = verdicts.slice(0, -1);
  return {
    ...likeliest,
    ...(others.length === 0 ? {} : { alsoRight: others }),
    basis: 'new',
    ...(likeliest.status === 200 ? inquiryBalances(message, account) : {}),
  };
}

function verdictOf(ruling: Ruling): Verdict {
  return ruling === 'approve' ? { status: 200 } : { status: 402, declineReason: ruling satisfies DeclineWord };
}

function repeatOf(verdict: Verdict, message: Message, account: BookAccount | undefined): Prediction {
  if (verdict.status === 200) return { status: 200, basis: 'stored', ...inquiryBalances(message, account) };
  return { status: 402, declineReason: verdict.declineReason, basis: 'stored' };
}

function inquiryBalances(
  message: Message,
  account: BookAccount | undefined,
): Pick<Prediction, 'balances' | 'balancesUpTo'> {
  if (message.kind.effect !== 'balance_inquiry' || account === undefined) return {};
  const posted = rangeAround(account.postedMinor, account.slack.posted);
  const available = rangeAround(availableMinor(account), account.slack.available);
  const pending = rangeAround(account.pendingMinor, account.slack.pending);
  const balances = { postedMinor: posted.low, availableMinor: available.low, pendingMinor: pending.low };
  const upTo = { postedMinor: posted.high, availableMinor: available.high, pendingMinor: pending.high };
  const isExact = [posted, available, pending].every(({ low, high }) => low === high);
  return { balances, ...(isExact ? {} : { balancesUpTo: upTo }) };
}

interface Answering {
  readonly book: Book;
  readonly chains: ChainBook;
  readonly mayBeMissing: boolean;
}

/** What an approval moves: holds and counters, or an expected credit, which nobody can spend. Nothing is posted. */
function addAnswer(message: Message, { book, chains, mayBeMissing }: Answering): void {
  const event = eventOfAnswer(message);
  const home = homeOf(message, book);
  if (event !== undefined && home !== undefined) chains.add(firstTokenOf(message), event, home, mayBeMissing);
}

function homeOf(message: Message, book: Book): ChainHome | undefined {
  const account = book.accounts.get(accountKey(message.payer, message.currency));
  if (account === undefined) return undefined;
  return { account, limits: limitsFor(message, book), countedAtMs: message.receivedAtMs };
}

function smallestRefused(message: Message, book: Book): bigint | undefined {
  const account = book.accounts.get(accountKey(message.payer, message.currency));
  if (account === undefined || !isSettled(account)) return undefined;
  let largest = availableMinor(account);
  for (const limit of limitsFor(message, book)) {
    if (limit.maxAmountMinor === undefined) continue;
    const usedMinor = limit.window === 'transaction' ? 0n : book.used(limit, message.receivedAtMs).amountMinor;
    const left = limit.maxAmountMinor - usedMinor;
    if (left < largest) largest = left;
  }
  return largest < 0n ? 1n : largest + 1n;
}

function isSettled({ slack }: BookAccount): boolean {
  return slack.available.below === 0n && slack.available.above === 0n;
}

function toBalances(account: BookAccount): AccountBalances & { readonly certain: boolean } {
  const { owner, currency, postedMinor, heldMinor, pendingMinor, certain } = account;
  return { owner, currency, postedMinor, heldMinor, pendingMinor, certain };
}
