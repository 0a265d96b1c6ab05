import type { NumberSource } from './number-source.ts';

/** An amount as sent: to decide on, and to send back. */
export interface WireAmount {
  /** Decimal text in major units, for core's `parseAmount`; any text when a string was sent. */
  readonly text: string;
  /** JSON number text for the answer. */
  readonly echo: string;
}

/** No honest amount is this long (as in core's `parseAmount`); bounding the text bounds the work of matching it. */
const MAX_DIGITS = 64;
const DECIMAL = /^(?:(-)|\+)?0*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** The amount at `path`, whose parsed value is `value`. Undefined: no amount was sent. */
export function readAmount(numberAt: NumberSource, path: readonly string[], value: unknown): WireAmount | undefined {
  if (typeof value !== 'number') return amountOfText(value);
  const source = numberAt(path);
  if (source === undefined) throw new Error('number-source: no number where JSON.parse found one');
  return amountOfNumber(source);
}

/**
 * A JSON number is echoed digit by digit, even negative or too long: it is the sender's number and the answer to it is 402.
 */
export function amountOfNumber(source: string): WireAmount {
  return { text: source, echo: source };
}

/**
 * A string is echoed as the number it spells (PROTOCOL 4: accept strings, emit numbers), and as 0 when it spells none: it
 * was present, so the answer is a 402 that names the reason and not a 400, which would let Commando approve (money.md
 * *always answer*). Undefined: a blank string, boolean, object or array is no amount, for nothing in it could be echoed.
 */
export function amountOfText(value: unknown): WireAmount | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return undefined;
  const match = text.length <= MAX_DIGITS ? DECIMAL.exec(text) : null;
  return { text, echo: match === null ? '0' : `${match[1] ?? ''}${match[2] ?? '0'}` };
}
