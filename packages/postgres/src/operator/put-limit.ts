import type { Postgres } from '../connect.ts';
import { LIMIT_RECORDS, type LimitRecord } from './limit-record.ts';
import type { PutOutcome } from './outcome.ts';
import { putRecord } from './put-record.ts';

/** Makes, changes or (with neither bound) lifts a limit. Subject, currency and window of a limit never change. */
export function putLimit(postgres: Postgres, record: LimitRecord, actor: string): Promise<PutOutcome> {
  return putRecord(postgres, { kind: LIMIT_RECORDS, record, verb: 'put_limit', actor });
}
