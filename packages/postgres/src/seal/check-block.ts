import { timingSafeEqual } from 'node:crypto';
import type { OutboxPosition } from '../outbox.ts';
import { type Block, hashOf, keyIdOf, macOf, readBody } from './block.ts';

export interface StoredBlock {
  readonly block: number;
  readonly hash: string;
  readonly mac: string | undefined;
  readonly keyId: string | undefined;
  readonly outbox: OutboxPosition;
  readonly body: string;
}

export interface CheckedBlock {
  readonly problems: readonly string[];
  /** Undefined: the body cannot be read. */
  readonly content: Block | undefined;
  /** Whether it carries a code of the given key, right or wrong. */
  readonly isKeyed: boolean;
}

/** Whether a block is what its hash says, and follows the one before it. */
export function checkBlock(
  stored: StoredBlock,
  before: { readonly block: number; readonly hash: string },
  key: string | undefined,
): CheckedBlock {
  const problems: string[] = [];
  const { block, hash, mac, keyId, outbox, body } = stored;
  if (block !== before.block + 1) problems.push(`follows block ${before.block}: what was between is gone`);
  if (hashOf(body) !== hash) problems.push('its text does not have its hash');
  const content = readBody(body);
  if (content === undefined) problems.push('its text is none of ours');
  else {
    if (content.block !== block) problems.push(`its text is that of block ${content.block}`);
    if (content.previous !== before.hash) problems.push(`does not name the hash of block ${before.block}`);
    if (content.outbox.xid !== outbox.xid || content.outbox.seq !== outbox.seq)
      problems.push('its place in the outbox is not the one in its text');
  }
  const isKeyed = key !== undefined && keyId === keyIdOf(key);
  if (isKeyed && !equals(mac ?? '', macOf(key, hash))) problems.push('its code was not made with the key');
  return { problems, content, isKeyed };
}

function equals(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
