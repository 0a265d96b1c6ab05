import { AMOUNT_FORMS, toDecimalText, toMinor } from './decimal-money.ts';
import { CURRENCIES, fromCents } from './currencies.ts';
import { MESSAGE_KINDS } from './message.ts';
import type { Message } from './message.ts';
import type { Model } from './model.ts';
import type { Play } from './traffic-mix.ts';
import type { Random } from './random.ts';

/** Small amounts are more usual; some are whole. */
export function price(random: Random, [min, max]: readonly [number, number], currency: string): bigint {
  const cents = min + Math.floor((max - min) * random.next() ** 2);
  return fromCents(random.chance(0.15) ? Math.max(100, Math.floor(cents / 100) * 100) : cents, currency);
}

/** PROTOCOL section 5.6: an increment carries its own amount only, and names the first authorization. */
export function increment(random: Random, first: Message, nowMs: number): Message {
  return {
    ...first,
    kind: MESSAGE_KINDS.increment,
    transactionToken: random.uuid(),
    messageToken: random.uuid(),
    amountText: toDecimalText(price(random, [1_00, 60_00], first.currency), first.currency),
    receivedAtMs: nowMs,
    extends: { transactionToken: first.transactionToken, messageToken: first.messageToken },
  };
}

/** The same transaction told again: a new JIT token, and perhaps another way to write the amount. */
export function retoken(random: Random, message: Message): Message {
  const amountForm = message.amountForm === 'as_is' ? 'as_is' : random.pick(AMOUNT_FORMS);
  return { ...message, messageToken: random.uuid(), amountForm };
}

/** money.md *two keys*: a transaction token with another amount, under the same or a new JIT token. */
export function reuse(random: Random, message: Message): Message {
  const minor = (toMinor(message.amountText, message.currency) ?? 0n) + BigInt(random.between(1, 500));
  const messageToken = random.chance(0.5) ? message.messageToken : random.uuid();
  return { ...message, messageToken, amountText: toDecimalText(minor, message.currency), amountForm: 'padded' };
}

interface Spoiling {
  readonly model: Model;
  readonly random: Random;
}

/** Turns a plain authorization into one that the gateway must refuse, or that it only just may not. */
export function spoil(play: Play, message: Message, { model, random }: Spoiling): Message {
  const { currency } = message;
  if (play === 'unknown_card') return { ...message, cardToken: random.uuid() };
  if (play === 'unknown_user') {
    const userToken = random.uuid();
    return { ...message, cardToken: random.uuid(), userToken, payer: { kind: 'user', token: userToken } };
  }
  if (play === 'bad_currency') return { ...message, currency: random.pick(['ZZZ', 'QQX']), amountForm: 'as_is' };
  if (play === 'foreign_currency') {
    const others = Object.keys(CURRENCIES).filter((other) => other !== currency);
    return { ...message, currency: random.pick(others), amountText: '10' };
  }
  if (play === 'bad_amount') {
    const tooFine = currency === 'JPY' ? '10.5' : `${toDecimalText(1n, currency)}1`;
    return {
      ...message,
      amountText: random.pick(['-5', '-0.01', '12345678901234567890', tooFine]),
      amountForm: 'as_is',
    };
  }
  const refused = model.smallestRefused(message);
  // While records are on their way to this account, nobody can say where its limits are.
  if (refused === undefined) return message;
  const amountMinor = play === 'over_limit' ? refused : refused - 1n;
  return amountMinor > 0n ? { ...message, amountText: toDecimalText(amountMinor, currency) } : message;
}
