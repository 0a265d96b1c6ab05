import type { Postgres } from '../connect.ts';
import { type AccountBalance, type AccountRef, findAccount, unknownAccount } from './find-account.ts';
import type { Refused } from './outcome.ts';

/** The newest holds and bookings shown at most. */
const SHOWN = 20;

export interface ShownHold {
  readonly chainToken: string;
  readonly amountMinor: bigint;
  readonly messageClass: 'dual' | 'single';
  readonly confirmed: boolean;
  readonly openedAt: Date;
  readonly expiresAt: Date | null;
}

export interface ShownBooking {
  readonly ledgerTransactionId: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly amountMinor: bigint;
  readonly bookedAt: Date;
}

export interface ShownAccount {
  readonly status: 'found';
  readonly account: AccountBalance;
  /** Newest first; what is held for nothing any more is left out. */
  readonly holds: readonly ShownHold[];
  readonly holdCount: number;
  readonly bookings: readonly ShownBooking[];
}

/** An account with its newest holds and bookings, as of one moment. */
export function showAccount(postgres: Postgres, ref: AccountRef): Promise<ShownAccount | Refused> {
  return postgres.transaction('operator.show_account', async (sql): Promise<ShownAccount | Refused> => {
    await sql`set transaction isolation level repeatable read read only`;
    const account = await findAccount(sql, ref, 'unlocked');
    if (account === undefined) return unknownAccount(ref);
    const holds = await sql`
      select chain_token, amount_minor, message_class, opened_at, expires_at, count(*) over () as total,
             not exists (select from decisions d
               where (d.transaction_token = h.chain_token or (d.chain_token = h.chain_token and d.chain_token <> d.transaction_token))
                 and d.account_id = h.account_id and d.chain_token = h.chain_token and d.effect = 'hold' and not d.confirmed) as confirmed
        from holds h where account_id = ${account.accountId} and amount_minor > 0
        order by opened_at desc, chain_token limit ${SHOWN}`;
    const bookings = await sql`
      select t.ledger_transaction_id, t.kind, t.reason, t.booked_at, e.amount_minor from ledger_transactions t
        join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id and e.book = 'account'
        where t.account_id = ${account.accountId} order by t.ledger_transaction_id desc limit ${SHOWN}`;
    return {
      status: 'found',
      account,
      holdCount: Number(holds[0]?.['total'] ?? 0),
      holds: holds.map((row) => ({
        chainToken: row['chain_token'],
        amountMinor: BigInt(row['amount_minor']),
        messageClass: row['message_class'],
        confirmed: row['confirmed'],
        openedAt: row['opened_at'],
        expiresAt: row['expires_at'],
      })),
      bookings: bookings.map((row) => ({
        ledgerTransactionId: row['ledger_transaction_id'],
        kind: row['kind'],
        reason: row['reason'],
        amountMinor: BigInt(row['amount_minor']),
        bookedAt: row['booked_at'],
      })),
    };
  });
}
