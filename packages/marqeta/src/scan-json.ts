// Positions in a JSON text. Everything here relies on JSON.parse having accepted the text: nothing is checked again.

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Positions rather than objects: most members are passed over. */
type VisitMember = (nameFrom: number, nameEnd: number, valueFrom: number, valueEnd: number) => void;

export function isObjectAt(json: string, at: number): boolean {
  return json.charCodeAt(at) === OPEN_BRACE;
}

export function isArrayAt(json: string, at: number): boolean {
  return json.charCodeAt(at) === OPEN_BRACKET;
}

/** Visits the members of the object whose brace is at `from`, in the order in which they were sent, equal names too. */
export function visitMembers(json: string, from: number, visit: VisitMember): void {
  let at = skipSpace(json, from + 1);
  while (json.charCodeAt(at) === QUOTE) {
    const nameEnd = endOfString(json, at);
    const valueFrom = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const valueEnd = endOfValue(json, valueFrom);
    visit(at, nameEnd, valueFrom, valueEnd);
    at = skipSpace(json, valueEnd);
    if (json.charCodeAt(at) === COMMA) at = skipSpace(json, at + 1);
  }
}

/** The texts of the elements of the list that the object at `from` has under `name`; undefined when it has no list there. */
export function listTexts(json: string, from: number, name: string): string[] | undefined {
  let texts: string[] | undefined;
  visitMembers(json, from, (nameFrom, nameEnd, valueFrom) => {
    if (isName(json, nameFrom, nameEnd, name))
      texts = isArrayAt(json, valueFrom) ? elementTexts(json, valueFrom) : undefined;
  });
  return texts;
}

/** The texts of the elements of the array whose bracket is at `from`, each exactly as sent. */
export function elementTexts(json: string, from: number): string[] {
  const texts: string[] = [];
  let at = skipSpace(json, from + 1);
  while (at < json.length && json.charCodeAt(at) !== CLOSE_BRACKET) {
    const end = endOfValue(json, at);
    // A bare number or literal reaches to the next mark: the space before that is none of it.
    texts.push(json.slice(at, end).trimEnd());
    at = skipSpace(json, end);
    if (json.charCodeAt(at) === COMMA) at = skipSpace(json, at + 1);
  }
  return texts;
}

/** Whether the name at `from` spells `name`. The same may be spelt with escapes, always longer; JSON.parse sees through them. */
export function isName(json: string, from: number, end: number, name: string): boolean {
  if (end - from === name.length + 2 && json.startsWith(name, from + 1)) return true;
  if (end - from <= name.length + 2) return false;
  const spelt = json.slice(from, end);
  return spelt.includes('\\') && JSON.parse(spelt) === name;
}

/** The name at `from`, as JSON.parse sees it. */
export function nameAt(json: string, from: number, end: number): string {
  const spelt = json.slice(from, end);
  return spelt.includes('\\') ? (JSON.parse(spelt) as string) : spelt.slice(1, -1);
}

export function skipSpace(json: string, from: number): number {
  let at = from;
  for (;;) {
    const code = json.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
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
