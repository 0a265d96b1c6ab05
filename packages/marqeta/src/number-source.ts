const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * The text of the number at `path`, exactly as sent, or undefined when there is no number. JSON.parse keeps only a double
 * (20 digits, `50.0` and 0.10000000000000000001 are lost to it), and its reviver, which does see the text, visits every
 * member of the body: four times the cost of this scan.
 * @param json text that JSON.parse has accepted: the scan relies on it. As there, the last of equal keys wins.
 */
export function numberSource(json: string, path: readonly string[]): string | undefined {
  let at = skipSpace(json, 0);
  for (const key of path) {
    if (json.charCodeAt(at) !== OPEN_BRACE) return undefined;
    at = memberStart(json, at, key);
    if (at < 0) return undefined;
  }
  NUMBER.lastIndex = at;
  return NUMBER.exec(json)?.[0];
}

/** Where the value of the object's last member named `key` starts, or -1. `from` is the object's brace. */
function memberStart(json: string, from: number, key: string): number {
  let found = -1;
  let at = skipSpace(json, from + 1);
  while (json.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfString(json, at);
    const valueAt = skipSpace(json, skipSpace(json, keyEnd) + 1);
    if (isKey(json, at, keyEnd, key)) found = valueAt;
    at = skipSpace(json, endOfValue(json, valueAt));
    if (json.charCodeAt(at) === COMMA) at = skipSpace(json, at + 1);
  }
  return found;
}

function isKey(json: string, from: number, end: number, key: string): boolean {
  if (end - from === key.length + 2 && json.startsWith(key, from + 1)) return true;
  // The same key may be spelt with escapes, always longer, and JSON.parse would see it.
  if (end - from <= key.length + 2) return false;
  const spelt = json.slice(from, end);
  return spelt.includes('\\') && JSON.parse(spelt) === key;
}

/** First position after the string whose opening quote is at `from`. */
function endOfString(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let slashes = 0;
    while (json.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return json.length;
}

/** First position after the value that starts at `from`. Iterative: depth is the sender's choice. */
function endOfValue(json: string, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at) - 1;
      if (depth === 0) return at + 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      // A bare number or literal ends before its parent's bracket, an object or array after its own.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (code === COMMA && depth === 0) {
      return at;
    }
  }
  return json.length;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  for (;;) {
    const code = json.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}
