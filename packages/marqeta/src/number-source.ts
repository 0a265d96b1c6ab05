import { isName, isObjectAt, nameAt, skipSpace, visitMembers } from './scan-json.ts';

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Gives the text of the number at a path of one JSON text, exactly as sent, or undefined when there is no number. */
export type NumberSource = (path: readonly string[]) => string | undefined;

/**
 * JSON.parse keeps only a double (20 digits, `50.0` and 0.10000000000000000001 are lost to it), and its reviver, which does
 * see the text, visits every member: four times the cost of this scan.
 * @param json text that JSON.parse has accepted: the scan relies on it. As there, the last of equal keys wins.
 */
export function createNumberSource(json: string): NumberSource {
  /** The outermost members are found once. */
  let starts: ReadonlyMap<string, number> | undefined;
  return ([first = '', ...rest]) => {
    starts ??= memberStarts(json, skipSpace(json, 0));
    const start = starts.get(first);
    return start === undefined ? undefined : numberBelow(json, start, rest);
  };
}

function numberBelow(json: string, from: number, path: readonly string[]): string | undefined {
  let at = from;
  for (const key of path) {
    if (!isObjectAt(json, at)) return undefined;
    at = memberStart(json, at, key);
    if (at < 0) return undefined;
  }
  NUMBER.lastIndex = at;
  return NUMBER.exec(json)?.[0];
}

/** By name; of equal ones the last. `from` is the object's brace. */
function memberStarts(json: string, from: number): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  if (isObjectAt(json, from))
    visitMembers(json, from, (nameFrom, nameEnd, valueFrom) => {
      starts.set(nameAt(json, nameFrom, nameEnd), valueFrom);
    });
  return starts;
}

/** Where the value of the object's last member named `key` starts, or -1. `from` is the object's brace. */
function memberStart(json: string, from: number, key: string): number {
  let found = -1;
  visitMembers(json, from, (nameFrom, nameEnd, valueFrom) => {
    if (isName(json, nameFrom, nameEnd, key)) found = valueFrom;
  });
  return found;
}
