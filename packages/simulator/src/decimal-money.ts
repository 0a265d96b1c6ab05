import { CURRENCIES } from './currencies.ts';

/**
 * The simulator's own decimal money (money.md *proof is not circular*): text in major units <-> bigint minor units.
 * Amounts go to the wire and come back as text; no number ever holds one.
 */
interface Decimal {
  readonly digits: bigint;
  /** Power of ten that `digits` is multiplied by. */
  readonly power: number;
}

/** The largest amount a message may carry, minor units: 15 digits. */
const MAX_MINOR = 10n ** 15n - 1n;

/** Minor units of a decimal text, or undefined when it is no amount of this currency (PROTOCOL section 4). */
export function toMinor(text: string, currency: string): bigint | undefined {
  const exponent = CURRENCIES[currency]?.exponent;
  const decimal = readDecimal(text);
  if (exponent === undefined || decimal === undefined || decimal.digits < 0n) return undefined;
  const shift = decimal.power + exponent;
  if (shift < 0 || shift > 40) return decimal.digits === 0n ? 0n : undefined;
  const minor = decimal.digits * 10n ** BigInt(shift);
  return minor <= MAX_MINOR ? minor : undefined;
}

/** The same for a balance, which may be below zero. */
export function toSignedMinor(text: string, currency: string): bigint | undefined {
  if (!text.startsWith('-')) return toMinor(text, currency);
  const minor = toMinor(text.slice(1), currency);
  return minor === undefined ? undefined : -minor;
}

/** Minor units as text in major units with all decimals of the currency: 1050n USD -> `10.50`. */
export function toDecimalText(minor: bigint, currency: string): string {
  const exponent = CURRENCIES[currency]?.exponent ?? 0;
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Equal in value whatever the writing: `1E+2`, `100`, `100.00`. False when either is no number. */
export function sameAmount(left: string, right: string): boolean {
  const a = readDecimal(left);
  const b = readDecimal(right);
  return a !== undefined && b !== undefined && a.digits === b.digits && a.power === b.power;
}

/** The forms in which the platform has been seen or documented to write amounts (PROTOCOL section 4). */
export const AMOUNT_FORMS = ['shortest', 'one_decimal', 'padded', 'exponent', 'quoted'] as const;

export type AmountForm = (typeof AMOUNT_FORMS)[number];

/** An amount as JSON text: `10.5`, `10.0`, `10.50`, `105E-1` or `"10.50"`. */
export function writeAmount(minor: bigint, currency: string, form: AmountForm): string {
  const padded = toDecimalText(minor, currency);
  if (form === 'padded') return padded;
  if (form === 'quoted') return JSON.stringify(padded);
  const shortest = padded.includes('.') ? padded.replace(/\.?0+$/, '') : padded;
  if (form === 'one_decimal') return shortest.includes('.') ? shortest : `${shortest}.0`;
  if (form === 'shortest') return shortest;
  const { digits, power } = readDecimal(padded) ?? { digits: 0n, power: 0 };
  return `${digits}E${power < 0 ? '' : '+'}${power}`;
}

/** Digits without trailing zeros, so that equal values read equal. */
function readDecimal(text: string): Decimal | undefined {
  const match = text.length <= 80 ? /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text) : null;
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const written = whole + fraction;
  const significant = written.replace(/0+$/, '');
  if (significant === '' || BigInt(significant) === 0n) return { digits: 0n, power: 0 };
  const power = Number(exponent) - fraction.length + (written.length - significant.length);
  return { digits: sign === '-' ? -BigInt(significant) : BigInt(significant), power };
}
