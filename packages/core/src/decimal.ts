import { exponentOf } from './currency.ts';
import { MAX_AMOUNT_MINOR } from './money.ts';

/** Why a decimal text is no amount of its currency. */
export type AmountFault = 'malformed' | 'negative' | 'too_large' | 'too_many_decimals' | 'unknown_currency';

export type ParsedAmount =
  { readonly ok: true; readonly amountMinor: bigint } | { readonly ok: false; readonly fault: AmountFault };

/** JSON's number grammar, plus the leading `+` and zeros that strings on the wire may carry. */
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Exact conversion of a decimal text in major units (`1.91`, `1E+2`, `10.500`) to minor units, never through a float.
 * Trailing zeros are stripped before decimals are counted (money.md *amount forms*).
 */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return { ok: false, fault: 'unknown_currency' };
  // No honest amount is this long; bounding the text bounds the work done on it.
  const match = text.length <= 64 ? DECIMAL.exec(text) : null;
  if (match === null) return { ok: false, fault: 'malformed' };
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return { ok: true, amountMinor: 0n };
  if (sign === '-') return { ok: false, fault: 'negative' };
  const shift = exponent + Number(power) - fraction.length;
  if (shift > 30) return { ok: false, fault: 'too_large' };
  const amountMinor = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  if (shift < 0 && digits % 10n ** BigInt(-shift) !== 0n) return { ok: false, fault: 'too_many_decimals' };
  if (amountMinor > MAX_AMOUNT_MINOR) return { ok: false, fault: 'too_large' };
  return { ok: true, amountMinor };
}

/** Minor units as a decimal text in major units with all of the currency's decimals: 12345n EUR -> `123.45`. */
export function formatAmount(amountMinor: bigint, currency: string): string {
  const exponent = exponentOf(currency) ?? 0;
  const negative = amountMinor < 0n;
  const digits = (negative ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return `${negative ? '-' : ''}${whole}${exponent > 0 ? `.${fraction}` : ''}`;
}
