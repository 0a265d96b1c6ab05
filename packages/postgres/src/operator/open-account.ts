import type { Postgres } from '../connect.ts';
import { ACCOUNT_RECORDS, type AccountRecord } from './account-record.ts';
import type { PutOutcome } from './outcome.ts';
import { putRecord } from './put-record.ts';

/** Opens an owner's account in a currency and books its opening balance against `funding` (money.md *Books*). */
export function openAccount(postgres: Postgres, record: AccountRecord, actor: string): Promise<PutOutcome> {
  return putRecord(postgres, { kind: ACCOUNT_RECORDS, record, verb: 'open_account', actor });
}
