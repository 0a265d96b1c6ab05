import { createHash } from 'node:crypto';

/** A column's value as PostgreSQL prints it, in the order of the list that the caller documents. */
export type Field = string | null;

/**
 * SHA-256 over fields: each as its length in bytes, a colon, its bytes in UTF-8, and a comma; null is a dash and a comma. What
 * is in one field can so never look like two, and nothing depends on white space, quoting or the settings of a session.
 */
export function digestOf(name: string, fields: readonly Field[]): string {
  let text = netstring(name);
  for (const field of fields) text += field === null ? '-,' : netstring(field);
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function netstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

/** JSON text without the white space between its tokens; what is within strings stays. */
export function compactJson(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_all, string: string | undefined) => string ?? '');
}
