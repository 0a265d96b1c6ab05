import { isUtf8 } from 'node:buffer';
import { afterSpace, isNumberAt, isStringAt, isTextAt, noJson } from './end-of-scalar.ts';
import { endOfValue, isObjectAt, visitMembers } from './end-of-value.ts';
import type { WireObject } from './read-member.ts';

/**
 * What is read of an object. `value`: a member as JSON.parse would make it. `exact`: the same, but a number is an
 * `ExactNumber`. An object: of a member that is an object itself, these members.
 */
export interface WantedMembers {
  readonly [name: string]: 'value' | 'exact' | WantedMembers;
}

/** A number as sent: JSON.parse keeps only a double, to which 20 digits, `50.0` and 0.10000000000000000001 are lost. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Members by the length of their names: that alone tells most of them apart. */
type MemberTable = readonly (readonly WantedMember[] | undefined)[];

interface WantedMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isExact: boolean;
  /** Of the object that it is, if that is all that is wanted of it. */
  readonly members?: MemberTable;
}

const BACKSLASH = 0x5c;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Makes a reader of the wanted members of a JSON object in UTF-8; other values than objects have none. It accepts and refuses
 * what JSON.parse does (a SyntaxError), and of equal names the last one counts as there. But what is not wanted, nine tenths
 * of a request, is only checked: nothing is made of it.
 */
export function createJsonReader(wanted: WantedMembers): (bytes: Uint8Array) => WireObject {
  const table = tableOf(wanted);
  return (bytes) => {
    if (!isUtf8(bytes)) return noJson();
    const json = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const from = afterSpace(json, isTextAt(BYTE_ORDER_MARK, json, 0) ? BYTE_ORDER_MARK.length : 0);
    const members: Record<string, unknown> = {};
    const end = isObjectAt(json, from)
      ? readMembers({ json, hasEscapes: json.includes(BACKSLASH) }, from, table, members)
      : endOfValue(json, from);
    return afterSpace(json, end) === json.length ? members : noJson();
  };
}

function tableOf(wanted: WantedMembers): MemberTable {
  const table: WantedMember[][] = [];
  for (const [name, want] of Object.entries(wanted)) {
    const bytes = Buffer.from(name);
    const nested = typeof want === 'string' ? {} : { members: tableOf(want) };
    (table[bytes.length] ??= []).push({ name, bytes, isExact: want === 'exact', ...nested });
  }
  return table;
}

interface JsonText {
  readonly json: Buffer;
  readonly hasEscapes: boolean;
}

/** Reads the object whose brace is at `from` into `members`; returns the first position after it. */
function readMembers(text: JsonText, from: number, table: MemberTable, members: Record<string, unknown>): number {
  const { json } = text;
  return visitMembers(json, from, (nameFrom, nameEnd, valueFrom) => {
    const member = memberNamed(table, text, nameFrom, nameEnd);
    if (member === undefined) return endOfValue(json, valueFrom);
    if (member.members !== undefined && isObjectAt(json, valueFrom)) {
      const nested: Record<string, unknown> = {};
      members[member.name] = nested;
      return readMembers(text, valueFrom, member.members, nested);
    }
    const end = endOfValue(json, valueFrom);
    members[member.name] = valueAt(text, valueFrom, end, member.isExact);
    return end;
  });
}

function memberNamed(table: MemberTable, text: JsonText, nameFrom: number, nameEnd: number): WantedMember | undefined {
  const candidates = table[nameEnd - nameFrom - 2];
  if (candidates !== undefined)
    for (const member of candidates) if (isTextAt(member.bytes, text.json, nameFrom + 1)) return member;
  if (!text.hasEscapes) return undefined;
  // The same name may be spelt with escapes.
  const name = stringAt(text, nameFrom, nameEnd);
  return table[Buffer.byteLength(name)]?.find((member) => member.name === name);
}

function valueAt(text: JsonText, from: number, end: number, isExact: boolean): unknown {
  if (isStringAt(text.json, from)) return stringAt(text, from, end);
  const value = text.json.toString('utf8', from, end);
  return isExact && isNumberAt(text.json, from) ? new ExactNumber(value) : JSON.parse(value);
}

/** A string of its own, not a piece of the whole text: whoever keeps a token must not keep the body by it. */
function stringAt({ json, hasEscapes }: JsonText, from: number, end: number): string {
  const text = json.toString('utf8', from + 1, end - 1);
  return hasEscapes && text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}
