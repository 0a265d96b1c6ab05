// Scalars in a JSON text in UTF-8: where one ends. What lies on the way is checked as JSON.parse checks it, and nothing is made
// of it. Positions are those of bytes. Throws a SyntaxError where the text is no JSON.

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const UPPER_E = 0x45;
const LOWER_E = 0x65;
const LOWER_U = 0x75;

const SPACES = setOf(' \n\r\t');
const DIGITS = setOf('0123456789');
const HEX_DIGITS = setOf('0123456789abcdefABCDEF');
/** What may follow a backslash, beside `u` and four digits. */
const ESCAPED = setOf('"\\/bfnrt');
/** What stands for itself in a string. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);
const LITERALS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

/** A table with 1 at each byte that is in the set. */
function setOf(text: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of Buffer.from(text)) set[byte] = 1;
  return set;
}

/** First position at or after `from` that is no white space. */
export function afterSpace(json: Uint8Array, from: number): number {
  return afterAll(SPACES, json, from);
}

export function isStringAt(json: Uint8Array, at: number): boolean {
  return json[at] === QUOTE;
}

export function isNumberAt(json: Uint8Array, at: number): boolean {
  return json[at] === MINUS || isOneOf(DIGITS, json, at);
}

/** Whether the very bytes of `text` are at `at`. */
export function isTextAt(text: Uint8Array, json: Uint8Array, at: number): boolean {
  for (let index = 0; index < text.length; index += 1) if (json[at + index] !== text[index]) return false;
  return true;
}

/** First position after the string, number or literal that starts at `from`. */
export function endOfScalar(json: Uint8Array, from: number): number {
  if (json[from] === QUOTE) return endOfString(json, from);
  return isNumberAt(json, from) ? endOfNumber(json, from) : endOfLiteral(json, from);
}

/** First position after the string whose opening quote has to be at `from`. */
export function endOfString(json: Uint8Array, from: number): number {
  if (json[from] !== QUOTE) return noJson();
  let at = afterAll(PLAIN, json, from + 1);
  while (json[at] === BACKSLASH) at = afterAll(PLAIN, json, endOfEscape(json, at + 1));
  return json[at] === QUOTE ? at + 1 : noJson();
}

function endOfEscape(json: Uint8Array, at: number): number {
  if (isOneOf(ESCAPED, json, at)) return at + 1;
  if (json[at] !== LOWER_U) return noJson();
  for (let digit = at + 1; digit <= at + 4; digit += 1) if (!isOneOf(HEX_DIGITS, json, digit)) return noJson();
  return at + 5;
}

function endOfNumber(json: Uint8Array, from: number): number {
  let at = json[from] === MINUS ? from + 1 : from;
  at = json[at] === ZERO ? at + 1 : afterDigits(json, at);
  if (json[at] === POINT) at = afterDigits(json, at + 1);
  if (json[at] !== LOWER_E && json[at] !== UPPER_E) return at;
  at += 1;
  return afterDigits(json, json[at] === PLUS || json[at] === MINUS ? at + 1 : at);
}

/** There has to be one. */
function afterDigits(json: Uint8Array, from: number): number {
  return isOneOf(DIGITS, json, from) ? afterAll(DIGITS, json, from) : noJson();
}

function endOfLiteral(json: Uint8Array, from: number): number {
  const literal = LITERALS.find((word) => isTextAt(word, json, from));
  return literal === undefined ? noJson() : from + literal.length;
}

function afterAll(set: Uint8Array, json: Uint8Array, from: number): number {
  let at = from;
  while (at < json.length && set[json[at] as number] === 1) at += 1;
  return at;
}

function isOneOf(set: Uint8Array, json: Uint8Array, at: number): boolean {
  return at < json.length && set[json[at] as number] === 1;
}

export function noJson(): never {
  throw new SyntaxError('the text is no JSON');
}
