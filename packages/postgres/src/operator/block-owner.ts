import type { OwnerRef } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import type { PutOutcome } from './outcome.ts';
import { ownerRecords } from './owner-record.ts';
import { putRecord } from './put-record.ts';

/** Sets our block; the platform's state stays as it is (money.md *status*). */
export function blockOwner(postgres: Postgres, owner: OwnerRef, actor: string): Promise<PutOutcome> {
  return setBlocked(postgres, owner, true, actor);
}

/** Lifts our block and nothing else. */
export function unblockOwner(postgres: Postgres, owner: OwnerRef, actor: string): Promise<PutOutcome> {
  return setBlocked(postgres, owner, false, actor);
}

function setBlocked(postgres: Postgres, owner: OwnerRef, blocked: boolean, actor: string): Promise<PutOutcome> {
  const { kind, token } = owner;
  return putRecord(postgres, {
    kind: ownerRecords(kind),
    record: { token, blocked },
    verb: `${blocked ? 'block' : 'unblock'}_${kind}`,
    actor,
    mustExist: `there is no ${kind} ${token}`,
  });
}
