import { afterSpace, endOfScalar, endOfString, noJson } from './end-of-scalar.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** From what opens an object or array to what closes it. */
const TO_CLOSER = 2;

export function isObjectAt(json: Uint8Array, at: number): boolean {
  return json[at] === OPEN_BRACE;
}

/**
 * First position after the value that starts at `from`, all of it checked. Iterative: depth is the sender's choice.
 * @throws SyntaxError where the text is no JSON
 */
export function endOfValue(json: Uint8Array, from: number): number {
  if (!isNestedAt(json, from)) return endOfScalar(json, from);
  /** What closes the innermost object or array that is open, and those around it. */
  let closer = 0;
  const outer: number[] = [];
  let at = from;
  for (;;) {
    if (isNestedAt(json, at)) {
      outer.push(closer);
      closer = (json[at] as number) + TO_CLOSER;
      at = afterSpace(json, at + 1);
      if (json[at] !== closer) {
        if (closer === CLOSE_BRACE) at = valueOfMember(json, endOfString(json, at));
        continue;
      }
    } else {
      at = afterSpace(json, endOfScalar(json, at));
    }
    // A value has ended, or what was opened is empty.
    while (json[at] === closer) {
      closer = outer.pop() as number;
      if (closer === 0) return at + 1;
      at = afterSpace(json, at + 1);
    }
    at = afterMark(COMMA, json, at);
    if (closer === CLOSE_BRACE) at = valueOfMember(json, endOfString(json, at));
  }
}

/**
 * Visits the members of the object whose brace is at `from`, in the order in which they were sent; the visitor returns the
 * end of the value. Returns the first position after the object.
 */
export function visitMembers(
  json: Uint8Array,
  from: number,
  visit: (nameFrom: number, nameEnd: number, valueFrom: number) => number,
): number {
  let at = afterSpace(json, from + 1);
  if (json[at] === CLOSE_BRACE) return at + 1;
  for (;;) {
    const nameEnd = endOfString(json, at);
    at = afterSpace(json, visit(at, nameEnd, valueOfMember(json, nameEnd)));
    if (json[at] === CLOSE_BRACE) return at + 1;
    at = afterMark(COMMA, json, at);
  }
}

/** Where the value of a member starts whose name ends at `nameEnd`. */
function valueOfMember(json: Uint8Array, nameEnd: number): number {
  return afterMark(COLON, json, afterSpace(json, nameEnd));
}

function afterMark(mark: number, json: Uint8Array, at: number): number {
  return json[at] === mark ? afterSpace(json, at + 1) : noJson();
}

function isNestedAt(json: Uint8Array, at: number): boolean {
  return json[at] === OPEN_BRACE || json[at] === OPEN_BRACKET;
}
