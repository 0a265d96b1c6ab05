import type { Postgres } from '../connect.ts';
import { SUSPENSE_OWNER } from '../records/suspense.ts';

/**
 * What can be checked of an account by itself, by its keys alone: the same rules as `freeway verify` has under the same names,
 * without its scans of whole tables.
 */
export const ACCOUNT_INVARIANTS = [
  'posted_equals_entries',
  'ledger_transactions_balance',
  'held_equals_holds',
  'pending_credit_equals_expected_credits',
] as const;

export type AccountInvariant = (typeof ACCOUNT_INVARIANTS)[number];

export interface CheckedAccount {
  readonly accountId: string;
  readonly currency: string;
  /** Has what is nobody's (money.md *nobody's money*). */
  readonly isSuspense: boolean;
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingCreditMinor: bigint;
  readonly availableMinor: bigint;
  /** What it breaks. */
  readonly violated: readonly AccountInvariant[];
  /** Its entries are more than one look may read: they were not added up. */
  readonly tooLarge: boolean;
}

export interface AccountCheck {
  /** The portion begins after this account; undefined: at the first. */
  readonly after: string | undefined;
  readonly accountsMax: number;
  /** Entries read of one account at most, so that no single account makes the statement long. Default 100,000. */
  readonly entriesMax?: number;
}

/**
 * Checks the next accounts by their number, each as it stands at one moment. Fewer than `accountsMax`: there are no more.
 * @param postgres a pool with `BY_KEY_SESSION`, or the planner may read all entries there ever were
 */
export async function checkAccounts(
  postgres: Postgres,
  { after, accountsMax, entriesMax = 100_000 }: AccountCheck,
): Promise<readonly CheckedAccount[]> {
  const rows = await postgres.query(
    'invariants.check_accounts',
    (sql) => sql`
      with portion as materialized (
        select account_id, owner_kind, owner_token, currency, posted_minor, held_minor, pending_credit_minor, credit_line_minor
          from accounts where account_id > ${after ?? '0'}::bigint order by account_id limit ${accountsMax}
      )
      select p.account_id::text, p.owner_kind, p.owner_token, p.currency, p.posted_minor::text, p.held_minor::text,
             p.pending_credit_minor::text, (p.posted_minor - p.held_minor + p.credit_line_minor)::text as available_minor,
             e.entries::integer, e.posted_minor = p.posted_minor as posted_ok, e.unbalanced = 0 as balanced_ok,
             h.amount_minor = p.held_minor as held_ok, c.amount_minor = p.pending_credit_minor as pending_ok
        from portion p
        cross join lateral (
          select coalesce(sum(amount_minor), 0) as amount_minor from holds where account_id = p.account_id) h
        cross join lateral (
          select coalesce(sum(amount_minor), 0) as amount_minor from expected_credits where account_id = p.account_id) c
        cross join lateral (
          select coalesce(sum(t.account_minor) filter (where t.currency = p.currency), 0) as posted_minor,
                 count(*) filter (where t.amount_minor <> 0 or t.entries < 2) as unbalanced, coalesce(sum(t.entries), 0) as entries
            from (
              select currency, sum(amount_minor) as amount_minor, count(*) as entries,
                     coalesce(sum(amount_minor) filter (where book = 'account'), 0) as account_minor
                from (select * from entries where account_id = p.account_id
                        order by ledger_transaction_id limit ${entriesMax + 1}) of_account
                group by ledger_transaction_id, currency) t) e
        order by p.account_id`,
  );
  return rows.map((row) => accountOf(row, entriesMax));
}

type Row = Record<string, any>;

function accountOf(row: Row, entriesMax: number): CheckedAccount {
  const tooLarge = (row['entries'] as number) > entriesMax;
  const holds: Readonly<Record<AccountInvariant, boolean>> = {
    posted_equals_entries: tooLarge || row['posted_ok'],
    ledger_transactions_balance: tooLarge || row['balanced_ok'],
    held_equals_holds: row['held_ok'],
    pending_credit_equals_expected_credits: row['pending_ok'],
  };
  return {
    accountId: row['account_id'],
    currency: row['currency'],
    isSuspense: row['owner_kind'] === SUSPENSE_OWNER.kind && row['owner_token'] === SUSPENSE_OWNER.token,
    postedMinor: BigInt(row['posted_minor']),
    heldMinor: BigInt(row['held_minor']),
    pendingCreditMinor: BigInt(row['pending_credit_minor']),
    availableMinor: BigInt(row['available_minor']),
    violated: ACCOUNT_INVARIANTS.filter((name) => !holds[name]),
    tooLarge,
  };
}

/** The highest number an account has; '0' when there is none. */
export async function lastAccountId(postgres: Postgres): Promise<string> {
  const [row] = await postgres.query(
    'invariants.last_account',
    (sql) => sql`select coalesce(max(account_id), 0)::text as last from accounts`,
  );
  return row?.['last'] as string;
}
