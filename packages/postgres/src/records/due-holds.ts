import type { OwnerRef } from '@freeway/core';
import type { Postgres } from '../connect.ts';

/** A hold whose time is over (money.md *expiry*). */
export interface DueHold {
  readonly accountId: string;
  readonly chainToken: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Whose account holds it; absent: nobody's (money.md *nobody's money*). */
  readonly owner?: OwnerRef;
  readonly cardToken?: string;
  /** Milliseconds since the epoch. */
  readonly countedAtMs: number;
  /** Milliseconds since the epoch: when it lapsed. */
  readonly expiresAtMs: number;
}

/**
 * Holds that lapsed longer ago than `graceMs`, oldest first; never single messages. The newest date in the chain wins:
 * where nobody gave one it is 30 days, the longest that any has, and so it is for an increment that no record has dated.
 * @param postgres a pool with `BY_KEY_SESSION`
 */
export async function readDueHolds(
  postgres: Postgres,
  { graceMs, limit }: { readonly graceMs: number; readonly limit: number },
): Promise<readonly DueHold[]> {
  const grace = `${graceMs} milliseconds`;
  const rows = await postgres.query(
    'holds.due',
    (sql) => sql`
      select h.account_id, h.chain_token, h.amount_minor, h.card_token, h.counted_at, a.currency, a.owner_kind, a.owner_token, e.expires_at
        from holds h join accounts a on a.account_id = h.account_id
        cross join lateral (
          select greatest(coalesce(h.expires_at, h.counted_at + interval '30 days'), (
            select max(coalesce(d.expires_at, d.decided_at + interval '30 days')) from decisions d
              where d.chain_token = h.chain_token and d.chain_token <> d.transaction_token and d.currency = a.currency
                and d.approved and not d.confirmed and d.effect = 'hold')) as expires_at
        ) e
        where h.message_class = 'dual' and h.amount_minor > 0
          and coalesce(h.expires_at, h.counted_at + interval '30 days') < now() - ${grace}::interval
          and e.expires_at < now() - ${grace}::interval
        order by e.expires_at, h.account_id, h.chain_token limit ${limit}`,
  );
  return rows.map((row) => ({
    accountId: row['account_id'],
    chainToken: row['chain_token'],
    amountMinor: BigInt(row['amount_minor']),
    currency: row['currency'],
    ...(row['owner_kind'] === 'system' ? {} : { owner: { kind: row['owner_kind'], token: row['owner_token'] } }),
    ...(row['card_token'] === null ? {} : { cardToken: row['card_token'] }),
    countedAtMs: (row['counted_at'] as Date).getTime(),
    expiresAtMs: (row['expires_at'] as Date).getTime(),
  }));
}
