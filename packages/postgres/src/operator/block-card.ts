import type { CardBlock } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import { CARD_RECORDS } from './card-record.ts';
import type { PutOutcome } from './outcome.ts';
import { putRecord } from './put-record.ts';

/** Sets our block; the platform's state stays as it is (money.md *status*). */
export function blockCard(postgres: Postgres, token: string, block: CardBlock, actor: string): Promise<PutOutcome> {
  return setBlock(postgres, token, block, actor);
}

/** Lifts our block and nothing else: a card that the platform suspended stays suspended. */
export function unblockCard(postgres: Postgres, token: string, actor: string): Promise<PutOutcome> {
  return setBlock(postgres, token, null, actor);
}

function setBlock(postgres: Postgres, token: string, block: CardBlock | null, actor: string): Promise<PutOutcome> {
  const verb = block === null ? 'unblock_card' : 'block_card';
  return putRecord(postgres, {
    kind: CARD_RECORDS,
    record: { token, block },
    verb,
    actor,
    mustExist: `there is no card ${token}`,
  });
}
