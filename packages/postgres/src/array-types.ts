import type postgres from 'postgres';

type Read = (text: string) => unknown;

/** The array types that we send or read, with what an element is read as: what the driver makes of it outside arrays. */
const ARRAYS: Readonly<Record<string, readonly [oid: number, read: Read]>> = {
  boolean: [1000, (text) => text === 't'],
  smallint: [1005, Number],
  integer: [1007, Number],
  bigint: [1016, String],
  text: [1009, String],
  varchar: [1015, String],
  numeric: [1231, String],
  double: [1022, Number],
  uuid: [2951, String],
  date: [1182, (text) => new Date(text)],
  timestamptz: [1185, (text) => new Date(text)],
  json: [199, (text) => JSON.parse(text)],
  jsonb: [3807, (text) => JSON.parse(text)],
};

/**
 * Arrays as the driver would handle them had it read the server's types. It reads them on every new connection, in a
 * statement whose failure nobody can catch: a server that goes away at that moment would end the process.
 */
export const ARRAY_TYPES: Readonly<Record<string, postgres.PostgresType>> = Object.fromEntries(
  Object.entries(ARRAYS).map(([name, [oid, read]]) => [
    `${name}_array`,
    { to: oid, from: [oid], serialize: arrayLiteral, parse: (text: string) => readArray(text, read) },
  ]),
);

function arrayLiteral(values: unknown): string {
  return Array.isArray(values) ? `{${values.map(elementLiteral).join(',')}}` : String(values);
}

function elementLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return arrayLiteral(value);
  return `"${textOf(value).replace(/["\\]/g, '\\$&')}"`;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const ELEMENT = /"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs;

/** One dimension: we have no other. */
function readArray(text: string, read: Read): unknown[] {
  const elements: unknown[] = [];
  for (const [, quoted, bare] of text.matchAll(ELEMENT)) {
    if (quoted !== undefined) elements.push(read(quoted.replace(/\\(.)/gs, '$1')));
    else elements.push(bare === 'NULL' ? null : read(bare ?? ''));
  }
  return elements;
}
