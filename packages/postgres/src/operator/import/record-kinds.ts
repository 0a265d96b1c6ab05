import { ACCOUNT_RECORDS } from '../account-record.ts';
import { AUTHORIZATION_RECORDS } from '../authorization-record.ts';
import { CARD_RECORDS } from '../card-record.ts';
import { LIMIT_RECORDS } from '../limit-record.ts';
import { ownerRecords } from '../owner-record.ts';
import type { RecordKind, RecordRow } from '../record-kind.ts';

export const IMPORT_TYPES = ['user', 'business', 'account', 'card', 'limit', 'authorization'] as const;
export type ImportType = (typeof IMPORT_TYPES)[number];

// A kind is only ever given rows that it read itself.
const KINDS: Readonly<Record<ImportType, unknown>> = {
  user: ownerRecords('user'),
  business: ownerRecords('business'),
  account: ACCOUNT_RECORDS,
  card: CARD_RECORDS,
  limit: LIMIT_RECORDS,
  authorization: AUTHORIZATION_RECORDS,
};

export function kindOf(type: ImportType): RecordKind<RecordRow> {
  return KINDS[type] as RecordKind<RecordRow>;
}

/** What must be written before what refers to it; lines of a file may come in any order. */
export const STAGES: readonly (readonly ImportType[])[] = [
  ['user', 'business'],
  ['account'],
  ['card'],
  ['limit'],
  ['authorization'],
];

export type ReadRecord =
  | { readonly ok: true; readonly type: ImportType; readonly row: RecordRow }
  | { readonly ok: false; readonly message: string };

/** Reads one line of an import file, given as text or as the object that the text would be. */
export function readRecord(content: unknown, line: number): ReadRecord {
  const record = typeof content === 'string' ? parse(content) : content;
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return { ok: false, message: 'is not a JSON object' };
  const type = 'type' in record ? record.type : undefined;
  if (!IMPORT_TYPES.includes(type as ImportType))
    return { ok: false, message: `type must be one of ${IMPORT_TYPES.join(', ')}` };
  const read = kindOf(type as ImportType).read(record, line);
  return read.ok ? { ok: true, type: type as ImportType, row: read.row } : read;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
