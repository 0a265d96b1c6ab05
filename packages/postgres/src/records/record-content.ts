import { createHash } from 'node:crypto';
import type { TransactionRecord } from '@freeway/core';

/** Members of a record that are bigint; in JSON they are decimal text. */
const MINOR_MEMBERS: ReadonlySet<string> = new Set(['amountMinor', 'releaseMinor']);

/** A record as text that gives the very same record back; equal records have equal text. */
export function contentOf(record: TransactionRecord): string {
  return JSON.stringify(record, (_key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function recordOf(content: string): TransactionRecord {
  return JSON.parse(content, (key, value: unknown) =>
    MINOR_MEMBERS.has(key) && typeof value === 'string' ? BigInt(value) : value,
  ) as TransactionRecord;
}

/** 32 hex digits, a uuid to PostgreSQL: two words about a transaction are the same word where this is equal. */
export function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
