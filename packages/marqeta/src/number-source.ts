import { isName, isObjectAt, skipSpace, visitMembers } from './scan-json.ts';

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
    if (!isObjectAt(json, at)) return undefined;
    at = memberStart(json, at, key);
    if (at < 0) return undefined;
  }
  NUMBER.lastIndex = at;
  return NUMBER.exec(json)?.[0];
}

/** Where the value of the object's last member named `key` starts, or -1. `from` is the object's brace. */
function memberStart(json: string, from: number, key: string): number {
  let found = -1;
  visitMembers(json, from, (nameFrom, nameEnd, valueFrom) => {
    if (isName(json, nameFrom, nameEnd, key)) found = valueFrom;
  });
  return found;
}
