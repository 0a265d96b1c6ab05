import type { ArchiveDocument } from '@freeway/core';

/** A document as MongoDB keeps it: snake_case, a date that people can read. Its content is in one of two members. */
export interface StoredDocument {
  readonly _id: string;
  readonly transaction_token?: string;
  readonly account_id?: string;
  readonly card_token?: string;
  readonly occurred_at: Date;
  /** The content as a document, which people can query. */
  readonly content?: Readonly<Record<string, unknown>>;
  /** The content as JSON, where a document would change it or would be refused. */
  readonly content_text?: string;
}

export const toStored = (document: ArchiveDocument): StoredDocument => ({
  _id: document.id,
  ...(document.transactionToken !== undefined && { transaction_token: document.transactionToken }),
  ...(document.accountId !== undefined && { account_id: document.accountId }),
  ...(document.cardToken !== undefined && { card_token: document.cardToken }),
  occurred_at: new Date(document.occurredAtMs),
  ...(survives(document.content, 1)
    ? { content: document.content }
    : { content_text: JSON.stringify(document.content) }),
});

export const fromStored = ({ _id: id, ...stored }: StoredDocument): ArchiveDocument => ({
  id,
  ...(stored.transaction_token !== undefined && { transactionToken: stored.transaction_token }),
  ...(stored.account_id !== undefined && { accountId: stored.account_id }),
  ...(stored.card_token !== undefined && { cardToken: stored.card_token }),
  occurredAtMs: stored.occurred_at.getTime(),
  content: stored.content ?? (JSON.parse(stored.content_text ?? '{}') as ArchiveDocument['content']),
});

// Servers stop at 100 levels, some of which are theirs.
const MAX_DEPTH = 50;

/** Whether every server of the protocol takes the value as a document and gives it back unchanged. */
const survives = (value: unknown, depth: number): boolean => {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  // FerretDB refuses a list directly within a list.
  if (Array.isArray(value)) return value.every((each) => !Array.isArray(each) && survives(each, depth + 1));
  return Object.entries(value).every(([key, each]) => keySurvives(key) && survives(each, depth + 1));
};

// `$` and `.` mean something to servers, `_bsontype` to the driver, and BSON ends a key at NUL. Raw messages are
// written by others: none of that may decide what happens to them.
const keySurvives = (key: string): boolean => key !== '_bsontype' && !/^\$|[.\0]/.test(key) && key.isWellFormed();
