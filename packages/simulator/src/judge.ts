import { accountKey } from './book.ts';
import { toMinor } from './decimal-money.ts';
import type { Book, BookAccount, BookCard, BookOwner } from './book.ts';
import type { Message } from './message.ts';
import type { ProgrammeLimit } from './programme.ts';

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

/** A chain as the model keeps it: the first authorization and its increments (PROTOCOL section 6). */
export interface Chain {
  totalMinor: bigint;
  /** When the first authorization counted (money.md *window*). */
  readonly countedAtMs: number;
}

/**
 * Why a new message must be declined, or undefined when it must be approved. Written from PROTOCOL and money.md, in the
 * documented order: the message, owner, card, account, status, category, limits, funds. The first that applies wins.
 */
export function judge(message: Message, book: Book, chain: Chain | undefined): DeclineWord | undefined {
  const amountMinor = toMinor(message.amountText, message.currency);
  if (amountMinor === undefined) return 'INVALID_AMOUNT';
  const owner = book.owner(message.payer);
  if (owner === undefined) return 'INVALID_CARD';
  const isCredit = message.kind.effect === 'expected_credit';
  const card = book.card(message.cardToken);
  if (card === undefined && !isCredit) return 'INVALID_CARD';
  const account = book.accounts.get(accountKey(message.payer, message.currency));
  if (account === undefined) return 'INVALID_AMOUNT';
  if (isCredit) return judgeCredit(account, owner);
  return (
    judgeAccount(account, message) ??
    judgeOwner(owner) ??
    judgeOwner(book.owner({ kind: 'user', token: message.userToken })) ??
    judgeCard(card, message.receivedAtMs) ??
    judgeMoney(message, amountMinor, { book, account, card, chain })
  );
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

/** money.md *unloads*: owner and account, not closed; nothing else is asked. */
function judgeCredit(account: BookAccount, owner: BookOwner): DeclineWord | undefined {
  if (account.state === 'closed') return 'CLOSED_ACCOUNT';
  return owner.state === 'closed' ? 'CARDHOLDER_NOT_ACTIVE' : undefined;
}

/** money.md *account states*: frozen refuses debits, closing refuses approvals; asking for a balance is neither. */
function judgeAccount(account: BookAccount, message: Message): DeclineWord | undefined {
  if (account.state === 'closed') return 'CLOSED_ACCOUNT';
  if (message.kind.effect === 'balance_inquiry' || account.state === 'open') return undefined;
  return account.state === 'closing' ? 'CLOSED_ACCOUNT' : 'TRANSACTION_NOT_PERMITTED';
}

/** Unknown acting users are no reason: only what we know against them is. */
function judgeOwner(owner: BookOwner | undefined): DeclineWord | undefined {
  const refused = owner !== undefined && (owner.blocked || owner.state === 'suspended' || owner.state === 'closed');
  return refused ? 'CARDHOLDER_NOT_ACTIVE' : undefined;
}

/** money.md *status*: a card not yet active is no reason to decline. */
function judgeCard(card: BookCard | undefined, atMs: number): DeclineWord | undefined {
  if (card === undefined) return undefined;
  if (card.state === 'suspended' || card.state === 'terminated' || card.block !== undefined) return 'CARD_NOT_ACTIVE';
  return atMs >= card.expiresAtMs ? 'EXPIRED_CARD' : undefined;
}

interface MoneyFacts {
  readonly book: Book;
  readonly account: BookAccount;
  readonly card: BookCard | undefined;
  readonly chain: Chain | undefined;
}

function judgeMoney(message: Message, amountMinor: bigint, facts: MoneyFacts): DeclineWord | undefined {
  // money.md *zero*: status only.
  if (amountMinor === 0n) return undefined;
  if (facts.card?.blockedCategories.includes(message.merchant.mcc)) return 'INVALID_MERCHANT';
  const limit = judgeLimits(message, amountMinor, facts);
  if (limit !== undefined) return limit;
  return amountMinor > availableMinor(facts.account) ? 'INSUFFICIENT_FUNDS' : undefined;
}

/** money.md *Counters*: every amount before any count; an increment brings an amount and no count. */
function judgeLimits(message: Message, amountMinor: bigint, { book, chain }: MoneyFacts): DeclineWord | undefined {
  const count = message.kind.effect === 'increment' ? 0 : 1;
  const chainMinor = amountMinor + (chain?.totalMinor ?? 0n);
  let countExceeded = false;
  for (const limit of limitsFor(message, book)) {
    const { maxAmountMinor, maxCount } = limit;
    if (limit.window === 'transaction') {
      if (maxAmountMinor !== undefined && chainMinor > maxAmountMinor) return 'AMOUNT_LIMIT_EXCEEDED';
      continue;
    }
    const used = book.used(limit, chain?.countedAtMs ?? message.receivedAtMs);
    if (maxAmountMinor !== undefined && used.amountMinor + amountMinor > maxAmountMinor) return 'AMOUNT_LIMIT_EXCEEDED';
    if (maxCount !== undefined && used.count + count > maxCount) countExceeded = true;
  }
  return countExceeded ? 'TRANSACTION_COUNT_LIMIT_EXCEEDED' : undefined;
}
