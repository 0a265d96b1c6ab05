import { accountKey, rangeAround } from './book.ts';
import { toMinor } from './decimal-money.ts';
import type { Book, BookAccount, BookCard, BookOwner } from './book.ts';
import type { ChainView } from './chains/chain-book.ts';
import type { Message } from './message.ts';
import type { ProgrammeLimit } from './programme.ts';
import type { Range } from './chains/range.ts';

/** The words of PROTOCOL section 7.2 that Freeway documents for its reasons. */
export type DeclineWord =
  | 'INVALID_AMOUNT'
  | 'INVALID_CARD'
  | 'CLOSED_ACCOUNT'
  | 'TRANSACTION_NOT_PERMITTED'
  | 'CARDHOLDER_NOT_ACTIVE'
  | 'CARD_NOT_ACTIVE'
  | 'EXPIRED_CARD'
  | 'INVALID_MERCHANT'
  | 'AMOUNT_LIMIT_EXCEEDED'
  | 'TRANSACTION_COUNT_LIMIT_EXCEEDED'
  | 'INSUFFICIENT_FUNDS';

/** A reason to decline, or `approve`. */
export type Ruling = DeclineWord | 'approve';

/** One check: whether it declines, `perhaps` when that depends on what has arrived at the gateway. */
interface Check {
  readonly word: DeclineWord;
  readonly fails: 'yes' | 'no' | 'perhaps';
}

/**
 * Every ruling that the gateway may give on a new message: one, unless what it hangs on is still on its way there. Written
 * from PROTOCOL and money.md, in the documented order: the message, owner, card, account, status, category, limits, funds.
 * The first check that fails wins.
 */
export function judge(message: Message, book: Book, chain: ChainView | undefined): readonly Ruling[] {
  const rulings: Ruling[] = [];
  for (const { word, fails } of checks(message, book, chain)) {
    if (fails === 'no') continue;
    if (!rulings.includes(word)) rulings.push(word);
    if (fails === 'yes') return rulings;
  }
  return [...rulings, 'approve'];
}

/** Limits that a message must pass, of its own currency: card, acting user, paying owner, account. */
export function limitsFor(message: Message, book: Book): readonly ProgrammeLimit[] {
  const { payer, userToken, cardToken, currency } = message;
  const subjects = new Set([
    `card ${cardToken}`,
    `user ${userToken}`,
    `${payer.kind} ${payer.token}`,
    `account ${accountKey(payer, currency)}`,
  ]);
  return book.limitsOf([...subjects]).filter((limit) => limit.currency === currency);
}

export function availableMinor(account: BookAccount): bigint {
  return account.postedMinor - account.heldMinor + account.creditLineMinor;
}

function* checks(message: Message, book: Book, chain: ChainView | undefined): Generator<Check> {
  const amountMinor = toMinor(message.amountText, message.currency);
  if (amountMinor === undefined) return yield always('INVALID_AMOUNT');
  const owner = book.owner(message.payer);
  if (owner === undefined) return yield always('INVALID_CARD');
  const isCredit = message.kind.effect === 'expected_credit';
  const card = book.card(message.cardToken);
  if (card === undefined && !isCredit) return yield always('INVALID_CARD');
  const account = book.accounts.get(accountKey(message.payer, message.currency));
  if (account === undefined) return yield always('INVALID_AMOUNT');
  if (isCredit) return yield* creditChecks(account, owner);
  yield* accountChecks(account, message);
  yield ownerCheck(owner);
  yield ownerCheck(book.owner({ kind: 'user', token: message.userToken }));
  yield* cardChecks(card, message.receivedAtMs);
  // money.md *zero*: status only.
  if (amountMinor === 0n) return;
  if (card?.blockedCategories.includes(message.merchant.mcc)) return yield always('INVALID_MERCHANT');
  yield* limitChecks(message, amountMinor, book, chain);
  const available = rangeAround(availableMinor(account), account.slack.available);
  yield { word: 'INSUFFICIENT_FUNDS', fails: exceeds({ low: amountMinor, high: amountMinor }, available) };
}

function always(word: DeclineWord): Check {
  return { word, fails: 'yes' };
}

/** Whether a need is more than there is. */
function exceeds(need: Range, limit: Range): Check['fails'] {
  if (need.low > limit.high) return 'yes';
  return need.high > limit.low ? 'perhaps' : 'no';
}

/** Of the states that the gateway may know. */
function among<S>(states: readonly S[], isRefused: (state: S) => boolean): Check['fails'] {
  if (states.every(isRefused)) return 'yes';
  return states.some(isRefused) ? 'perhaps' : 'no';
}

/** money.md *unloads*: owner and account, not closed; nothing else is asked. */
function* creditChecks(account: BookAccount, owner: BookOwner): Generator<Check> {
  if (account.state === 'closed') yield always('CLOSED_ACCOUNT');
  yield { word: 'CARDHOLDER_NOT_ACTIVE', fails: among(owner.states, (state) => state === 'closed') };
}

/** money.md *account states*: frozen refuses debits, closing refuses approvals; asking for a balance is neither. */
function* accountChecks(account: BookAccount, message: Message): Generator<Check> {
  if (account.state === 'closed') return yield always('CLOSED_ACCOUNT');
  if (message.kind.effect === 'balance_inquiry' || account.state === 'open') return;
  yield always(account.state === 'closing' ? 'CLOSED_ACCOUNT' : 'TRANSACTION_NOT_PERMITTED');
}

/** Unknown acting users are no reason: only what we know against them is. */
function ownerCheck(owner: BookOwner | undefined): Check {
  const word = 'CARDHOLDER_NOT_ACTIVE';
  if (owner === undefined) return { word, fails: 'no' };
  if (owner.blocked) return always(word);
  return { word, fails: among(owner.states, (state) => state === 'suspended' || state === 'closed') };
}

/** money.md *status*: a card not yet active is no reason to decline. */
function* cardChecks(card: BookCard | undefined, atMs: number): Generator<Check> {
  if (card === undefined) return;
  if (card.block !== undefined) yield always('CARD_NOT_ACTIVE');
  yield {
    word: 'CARD_NOT_ACTIVE',
    fails: among(card.states, (state) => state === 'suspended' || state === 'terminated'),
  };
  if (atMs >= card.expiresAtMs) yield always('EXPIRED_CARD');
}

/** money.md *Counters*: every amount before any count; an increment brings an amount and no count. */
function* limitChecks(
  message: Message,
  amountMinor: bigint,
  book: Book,
  chain: ChainView | undefined,
): Generator<Check> {
  const count = message.kind.effect === 'increment' ? 0n : 1n;
  const counts: Check[] = [];
  for (const limit of limitsFor(message, book)) {
    const { maxAmountMinor, maxCount } = limit;
    const isSingle = limit.window === 'transaction';
    const used = isSingle ? chain?.total : book.usedRange(limit, chain?.countedAtMs ?? message.receivedAtMs).amount;
    if (maxAmountMinor !== undefined)
      yield { word: 'AMOUNT_LIMIT_EXCEEDED', fails: exceeds(plus(used, amountMinor), exactly(maxAmountMinor)) };
    if (maxCount === undefined || isSingle) continue;
    const uses = book.usedRange(limit, chain?.countedAtMs ?? message.receivedAtMs).count;
    const fails = exceeds(plus(uses, count), exactly(BigInt(maxCount)));
    counts.push({ word: 'TRANSACTION_COUNT_LIMIT_EXCEEDED', fails });
  }
  yield* counts;
}

function exactly(value: bigint): Range {
  return { low: value, high: value };
}

function plus(range: Range | undefined, more: bigint): Range {
  return { low: (range?.low ?? 0n) + more, high: (range?.high ?? 0n) + more };
}
