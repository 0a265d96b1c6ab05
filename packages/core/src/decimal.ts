import { exponentOf } from './currency.ts';
import { MAX_AMOUNT_MINOR } from './money.ts';

/** Why a decimal text is no amount of its currency. */
export type AmountFault = 'malformed' | 'negative' | 'too_large' | 'too_many_decimals' | 'unknown_currency';

export type ParsedAmount =
  { readonly ok: true; readonly amountMinor: bigint } | { readonly ok: false; readonly fault: AmountFault };

/** JSON's number grammar, plus the leading `+` and zeros that strings on the wire may carry. */
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?)0*(\d{1,4}))?$/;

/**
 * Exact conversion of a decimal text in major units (`1.91`, `1E+2`, `10.500`) to minor units, never through a float.
 * Trailing zeros are stripped before decimals are counted (money.md *amount forms*).
 */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return { ok: false, fault: 'unknown_currency' };
  // No honest amount is this long; bounding the text bounds the work done on it.
  const match = text.length <= 256 ? DECIMAL.exec(text) : null;
  if (match === null) return { ok: false, fault: 'malformed' };
  const [, sign = '', whole = '', fraction = '', powerSign = '', power = '0'] = match;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return { ok: true, amountMinor: 0n };
  if (sign === '-') return { ok: false, fault: 'negative' };
  const shift = exponent + Number(powerSign + power) - fraction.length;
  if (shift > 30) return { ok: false, fault: 'too_large' };
  // 256 digits at most were read: a smaller power leaves nothing.
  const divisor = 10n ** BigInt(Math.min(300, Math.max(0, -shift)));
  const amountMinor = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / divisor;
  if (shift < 0 && digits % divisor !== 0n) return { ok: false, fault: 'too_many_decimals' };
  if (amountMinor > MAX_AMOUNT_MINOR) return { ok: false, fault: 'too_large' };
  return { ok: true, amountMinor };
}

/** Minor units as a decimal text in major units with all of the currency's decimals: 12345n EUR -> `123.45`. */
export function formatAmount(amountMinor: bigint, currency: string): string {
  const exponent = exponentOf(currency);
  if (exponent === undefined) throw new RangeError(`no currency of ISO 4217: ${currency}`);
  const negative = amountMinor < 0n;
  const digits = (negative ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return `${negative ? '-' : ''}${whole}${exponent > 0 ? `.${fraction}` : ''}`;
}
