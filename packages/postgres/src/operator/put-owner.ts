import type { OwnerKind } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import type { PutOutcome } from './outcome.ts';
import { type OwnerRecord, ownerRecords } from './owner-record.ts';
import { putRecord } from './put-record.ts';

/** Makes or changes a user or a business. */
export function putOwner(postgres: Postgres, kind: OwnerKind, record: OwnerRecord, actor: string): Promise<PutOutcome> {
  return putRecord(postgres, { kind: ownerRecords(kind), record, verb: `put_${kind}`, actor });
}
