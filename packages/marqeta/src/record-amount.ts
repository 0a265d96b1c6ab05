import { exponentOf, MAX_AMOUNT_MINOR, parseAmount, type AmountFault } from '@freeway/core';
import { readToken, type WireObject } from './read-member.ts';
import { readAmount } from './wire-amount.ts';
import type { WireOrder, WirePart, WireRecord } from './wire-record.ts';

export interface RecordAmount {
  /** 0n when `amountFault` is set. */
  readonly amountMinor: bigint;
  readonly amountFault?: AmountFault | 'missing';
  readonly isRounded: boolean;
  /** Empty when none is named that could be one. */
  readonly currency: string;
}

/** The amount of what was funded: the JIT message's, else the order's, else the transaction's (money.md *type first*). */
export function fundedAmountOf(record: WireRecord, { order, jit }: WireOrder): RecordAmount {
  const { message } = record;
  const currency = currencyOf(order?.members, message);
  const text = amountTextOf(record, jit) ?? amountTextOf(record, order) ?? totalTextOf(record);
  return amountOf(text, currency);
}

/** The transaction's own amount: what an advice sets the chain to, where the funding carries only the difference. */
export function totalAmountOf(record: WireRecord, { order }: WireOrder): RecordAmount {
  return amountOf(totalTextOf(record), currencyOf(record.message, order?.members));
}

/** Whether the funding names an amount of its own. */
export function hasFundedAmount(record: WireRecord, { order, jit }: WireOrder): boolean {
  return (amountTextOf(record, jit) ?? amountTextOf(record, order)) !== undefined;
}

/** A signed decimal of a balance, or undefined when there is none that can be read. */
export function signedMinorAt(
  record: WireRecord,
  part: WirePart,
  member: string,
  currency: string,
): bigint | undefined {
  const text = readAmount(record.numberAt, [...part.path, member], part.members[member])?.text;
  if (text === undefined) return undefined;
  const isNegative = text.startsWith('-');
  const { amountMinor, amountFault } = amountOf(isNegative ? text.slice(1) : text, currency);
  if (amountFault !== undefined) return undefined;
  return isNegative ? -amountMinor : amountMinor;
}

/** Excess digits round half to even, for a record must be booked (money.md *amount forms*). */
export function amountOf(text: string | undefined, currency: string): RecordAmount {
  if (text === undefined) return { amountMinor: 0n, amountFault: 'missing', isRounded: false, currency };
  const parsed = parseAmount(text, currency);
  if (parsed.ok) return { amountMinor: parsed.amountMinor, isRounded: false, currency };
  if (parsed.fault !== 'too_many_decimals')
    return { amountMinor: 0n, amountFault: parsed.fault, isRounded: false, currency };
  const amountMinor = roundHalfEven(text, currency);
  return amountMinor > MAX_AMOUNT_MINOR
    ? { amountMinor: 0n, amountFault: 'too_large', isRounded: false, currency }
    : { amountMinor, isRounded: true, currency };
}

const DECIMAL = /^\+?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** @param text a decimal that parseAmount has read and found too precise */
function roundHalfEven(text: string, currency: string): bigint {
  const [, whole = '', fraction = '', power = '0'] = DECIMAL.exec(text) ?? [];
  const excess = fraction.length - Number(power) - (exponentOf(currency) ?? 0);
  // No text that was read has as many digits: what is left is far below a half.
  if (excess > 300) return 0n;
  const divisor = 10n ** BigInt(excess);
  const digits = BigInt(whole + fraction);
  const floor = digits / divisor;
  const twice = 2n * (digits % divisor);
  if (twice === divisor) return floor + (floor % 2n);
  return twice > divisor ? floor + 1n : floor;
}

function totalTextOf(record: WireRecord): string | undefined {
  return readAmount(record.numberAt, record.pathTo('amount'), record.message['amount'])?.text;
}

function amountTextOf(record: WireRecord, part: WirePart | undefined): string | undefined {
  if (part === undefined) return undefined;
  return readAmount(record.numberAt, [...part.path, 'amount'], part.members['amount'])?.text;
}

/** The first that is named; unload orders name none of their own (PROTOCOL 3.4). */
function currencyOf(...sources: readonly (WireObject | undefined)[]): string {
  for (const source of sources) {
    const named = readToken(source?.['currency_code']);
    if (named !== undefined) return named !== null && /^[A-Z]{3}$/.test(named) ? named : '';
  }
  return '';
}
