import { accountKey, openBook } from './book.ts';
import { toMinor } from './decimal-money.ts';
import { availableMinor, judge, limitsFor } from './judge.ts';
import type { Book, BookAccount } from './book.ts';
import type { Chain, DeclineWord } from './judge.ts';
import type { Message } from './message.ts';
import type { OwnerRef, Programme } from './programme.ts';

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
}

/** The answer a gateway must give. */
export interface Prediction {
  readonly status: 200 | 402;
  readonly declineReason?: string | undefined;
  /** For an approved balance inquiry; minor units. */
  readonly balances?: { readonly postedMinor: bigint; readonly availableMinor: bigint; readonly pendingMinor: bigint };
  /** `new`: decided afresh. `stored`: decided before. `reused`: a token with other content (money.md *two keys*). */
  readonly basis: 'new' | 'stored' | 'reused';
}

/** What the gateway did answer, as far as it moves the model. */
export interface Verdict {
  readonly status: 200 | 402;
  readonly declineReason?: string | undefined;
}

/** The simulator's own idea of the ledger, in step with the gateway's answers. One message per account at a time. */
export interface Model {
  /** Depends on nothing but the messages settled before. */
  predict(message: Message): Prediction;
  /** Adopts an answer, also a wrong one, so that one fault is reported once. */
  settle(message: Message, prediction: Prediction, verdict: Verdict): void;
  /** An answer that never came: what the account holds is no longer known. */
  doubt(message: Message): void;
  /** The account that a message is about, if it is known. */
  accountOf(message: Message): string | undefined;
  /** The smallest amount that the gateway must refuse, minor units: one more than limits and funds allow. */
  smallestRefused(message: Message): bigint | undefined;
  expectedBalances(): Iterable<AccountBalances & { readonly certain: boolean }>;
  expectedCounters(): Iterable<CounterUse>;
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
  const decided = new Map<string, Remembered>();
  const chains = new Map<string, Chain>();

  const remember = (key: string, entry: Remembered): void => {
    decided.set(key, entry);
    if (decided.size > REMEMBERED_MAX) decided.delete(decided.keys().next().value as string);
  };
  const chainOf = (message: Message): Chain | undefined => chains.get(message.extends?.transactionToken ?? '');
  const account = (message: Message): BookAccount | undefined =>
    book.accounts.get(accountKey(message.payer, message.currency));

  return {
    predict(message) {
      const before = decided.get(message.transactionToken) ?? decided.get(message.messageToken);
      if (before !== undefined && before.content !== contentOf(message))
        return { status: 402, declineReason: 'TRANSACTION_NOT_PERMITTED', basis: 'reused' };
      if (before !== undefined) return repeatOf(before.verdict, message, account(message));
      return predictNew(judge(message, book, chainOf(message)), message, account(message));
    },
    settle(message, prediction, verdict) {
      if (prediction.basis === 'reused') return;
      const entry = { content: contentOf(message), verdict };
      remember(message.messageToken, entry);
      if (prediction.basis === 'stored') return;
      remember(message.transactionToken, entry);
      if (verdict.status === 200) move(message, book, chains);
    },
    doubt(message) {
      const doubted = account(message);
      if (doubted !== undefined) doubted.certain = false;
    },
    accountOf: (message) => account(message)?.key,
    smallestRefused: (message) => smallestRefused(message, book),
    expectedBalances: () => Array.from(book.accounts.values(), toBalances),
    expectedCounters: () => book.counters(),
  };
}

function loadState(book: Book, state: ModelState): void {
  for (const { owner, currency, postedMinor, heldMinor, pendingMinor } of state.accounts) {
    const account = book.accounts.get(accountKey(owner, currency));
    if (account !== undefined) Object.assign(account, { postedMinor, heldMinor, pendingMinor });
  }
  for (const counter of state.counters) book.putCounter(counter);
}

/** money.md *two keys*: content means method, amount, currency, card and owner; how the amount is written is not content. */
function contentOf(message: Message): string {
  const { kind, currency, cardToken, payer, amountText } = message;
  const amount = toMinor(amountText, currency) ?? amountText;
  return [kind.method, amount, currency, cardToken, payer.kind, payer.token].join(' ');
}

function predictNew(
  declineReason: DeclineWord | undefined,
  message: Message,
  account: BookAccount | undefined,
): Prediction {
  if (declineReason !== undefined) return { status: 402, declineReason, basis: 'new' };
  return { status: 200, basis: 'new', ...inquiryBalances(message, account) };
}

function repeatOf(verdict: Verdict, message: Message, account: BookAccount | undefined): Prediction {
  if (verdict.status === 200) return { status: 200, basis: 'stored', ...inquiryBalances(message, account) };
  return { status: 402, declineReason: verdict.declineReason, basis: 'stored' };
}

function inquiryBalances(message: Message, account: BookAccount | undefined): Pick<Prediction, 'balances'> {
  if (message.kind.effect !== 'balance_inquiry' || account === undefined) return {};
  const { postedMinor, pendingMinor } = account;
  return { balances: { postedMinor, pendingMinor, availableMinor: availableMinor(account) } };
}

/** What an approval moves: holds and counters, or an expected credit, which nobody can spend. Nothing is posted. */
function move(message: Message, book: Book, chains: Map<string, Chain>): void {
  const account = book.accounts.get(accountKey(message.payer, message.currency));
  const amountMinor = toMinor(message.amountText, message.currency);
  if (account === undefined || amountMinor === undefined || amountMinor === 0n) return;
  if (message.kind.effect === 'expected_credit') {
    account.pendingMinor += amountMinor;
    return;
  }
  const isIncrement = message.kind.effect === 'increment';
  const chain = chains.get(message.extends?.transactionToken ?? '');
  account.heldMinor += amountMinor;
  if (chain !== undefined) chain.totalMinor += amountMinor;
  if (message.kind.extendable) openChain(chains, message, amountMinor);
  for (const limit of limitsFor(message, book)) {
    if (limit.window === 'transaction') continue;
    book.take(limit, chain?.countedAtMs ?? message.receivedAtMs, { amountMinor, count: isIncrement ? 0 : 1 });
  }
}

function openChain(chains: Map<string, Chain>, message: Message, totalMinor: bigint): void {
  chains.set(message.transactionToken, { totalMinor, countedAtMs: message.receivedAtMs });
  if (chains.size > REMEMBERED_MAX) chains.delete(chains.keys().next().value as string);
}

function smallestRefused(message: Message, book: Book): bigint | undefined {
  const account = book.accounts.get(accountKey(message.payer, message.currency));
  if (account === undefined) return undefined;
  let largest = availableMinor(account);
  for (const limit of limitsFor(message, book)) {
    if (limit.maxAmountMinor === undefined) continue;
    const usedMinor = limit.window === 'transaction' ? 0n : book.used(limit, message.receivedAtMs).amountMinor;
    const left = limit.maxAmountMinor - usedMinor;
    if (left < largest) largest = left;
  }
  return largest < 0n ? 1n : largest + 1n;
}

function toBalances(account: BookAccount): AccountBalances & { readonly certain: boolean } {
  const { owner, currency, postedMinor, heldMinor, pendingMinor, certain } = account;
  return { owner, currency, postedMinor, heldMinor, pendingMinor, certain };
}
