/** What needs no quotes in a row, nor in the array around it. */
const PLAIN = /^[\w.:-]+$/;
const QUOTED = /["\\]/g;

/** A text as a field of a row that is an element of an array, as the server reads it: quoted for the row, and that for the array. */
export function textField(value: string | undefined): string {
  if (value === undefined) return '';
  if (PLAIN.test(value)) return value;
  return `\\"${value.replace(QUOTED, (character) => (character === '"' ? '\\"\\"' : '\\\\\\\\'))}\\"`;
}

/** Nothing between two commas is null. */
export function numberField(value: number | bigint | string | undefined): string {
  return value === undefined ? '' : String(value);
}

/** Numbers as one field: an array in a row in an array. Of none, null. */
export function numbersField(values: readonly number[] | undefined): string {
  return values === undefined || values.length === 0 ? '' : `\\"{${values.join(',')}}\\"`;
}

/** A row as an element of an array. */
export function rowLiteral(fields: readonly string[]): string {
  return `"(${fields.join(',')})"`;
}
