import type { Postgres } from '../connect.ts';
import { CARD_RECORDS, type CardRecord } from './card-record.ts';
import type { PutOutcome } from './outcome.ts';
import { putRecord } from './put-record.ts';

/** Makes or changes a card. */
export function putCard(postgres: Postgres, record: CardRecord, actor: string): Promise<PutOutcome> {
  return putRecord(postgres, { kind: CARD_RECORDS, record, verb: 'put_card', actor });
}
