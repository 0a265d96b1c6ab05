import type { CommitResult, Limit, OwnerRef, Proposal } from '@freeway/core';
import type { LedgerSnapshot, OpenAccount, OperatorCommand, ReplayTarget } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';

const TABLES =
  'outbox entries ledger_transactions counters expected_credits holds decisions accounts limits cards owners'.split(
    ' ',
  );

/** PostgreSQL as a ledger on which testkit's histories are replayed. Empties the database first. */
export async function emptyPostgresTarget(postgres: Postgres, hot: Postgres): Promise<ReplayTarget> {
  const { sql } = postgres;
  // Deleted rather than truncated: new files for eleven tables would take longer than the history. Triggers sleep meanwhile.
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    for (const table of TABLES) await transaction.unsafe(`delete from ${table}`);
  });
  return {
    openAccount: (command) => openAccount(postgres, command),
    putLimit: (limit) => putLimit(postgres, limit),
    apply: (command) => apply(postgres, command),
    ownerVersion: async ({ kind, token }) => {
      const [row] = await sql`select version from owners where kind = ${kind} and token = ${token}`;
      return Number(row?.['version'] ?? 0);
    },
    cardVersion: async (token) => {
      const [row] = await sql`select version from cards where token = ${token}`;
      return Number(row?.['version'] ?? 0);
    },
    authorizeBatch: async (proposals: readonly Proposal[]) =>
      // nobody else is there to be busy with an account
      (await authorizeBatch(hot.sql, proposals)).filter((result): result is CommitResult => result.status !== 'busy'),
    snapshot: () => snapshot(postgres),
    invariants: () => brokenInvariants(postgres),
  };
}

async function openAccount({ sql }: Postgres, { owner, currency, state }: OpenAccount): Promise<string> {
  await putOwner(sql, owner);
  const [row] = await sql`
    insert into accounts (owner_kind, owner_token, currency, state)
      values (${owner.kind}, ${owner.token}, ${currency}, ${state ?? 'open'}) returning account_id`;
  return row?.['account_id'] as string;
}

async function putOwner(sql: Postgres['sql'], owner: OwnerRef): Promise<void> {
  await sql`insert into owners (kind, token) values (${owner.kind}, ${owner.token})
    on conflict (kind, token) do update set token = excluded.token`;
}

async function putLimit({ sql }: Postgres, limit: Limit): Promise<number> {
  const [row] = await sql`
    insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor, max_count)
      values (${limit.token}, ${limit.subject.kind}, ${limit.subject.token}, ${limit.currency}, ${limit.window},
              ${limit.maxAmountMinor ?? null}, ${limit.maxCount ?? null}) returning limit_id`;
  return row?.['limit_id'] as number;
}

async function apply({ sql }: Postgres, command: Exclude<OperatorCommand, OpenAccount>): Promise<void> {
  switch (command.verb) {
    case 'touch_owner':
      return putOwner(sql, command.owner);
    case 'touch_card':
      await sql`insert into cards (token) values (${command.token}) on conflict (token) do update set token = excluded.token`;
      return;
    case 'set_credit_line':
      await sql`update accounts set credit_line_minor = ${String(command.creditLineMinor)} where account_id = ${command.accountId}`;
      return;
    case 'import_hold':
      await sql`
        with held as (
          insert into holds (account_id, chain_token, amount_minor, message_class, counted_at, expires_at)
            values (${command.accountId}, ${command.chainToken}, ${String(command.amountMinor)}, 'dual',
                    ${new Date(command.countedAtMs)}, ${command.expiresAtMs === undefined ? null : new Date(command.expiresAtMs)})
            on conflict do nothing returning amount_minor
        )
        update accounts set held_minor = held_minor + held.amount_minor from held where account_id = ${command.accountId}`;
      return;
    case 'credit':
    case 'debit': {
      const signed = String(command.verb === 'credit' ? command.amountMinor : -command.amountMinor);
      await sql`
        with moved as (
          insert into ledger_transactions (account_id, idempotency_key, kind)
            values (${command.accountId}, ${command.key}, ${command.verb}) on conflict do nothing returning ledger_transaction_id
        ), booked as (
          insert into entries (account_id, ledger_transaction_id, entry_number, book, amount_minor, currency)
            select ${command.accountId}::bigint, ledger_transaction_id, 1, 'account', ${signed}::bigint, 'USD' from moved
            union all
            select ${command.accountId}::bigint, ledger_transaction_id, 2, ${command.counterpart}::text, -(${signed}::bigint), 'USD' from moved
        )
        update accounts set posted_minor = posted_minor + ${signed}::bigint from moved where account_id = ${command.accountId}`;
    }
  }
}

async function snapshot({ sql }: Postgres): Promise<LedgerSnapshot> {
  const [accounts, holds, credits, counters, decisions] = await Promise.all([
    sql`select * from accounts`,
    sql`select * from holds`,
    sql`select * from expected_credits`,
    sql`select *, window_start::text as day from counters where amount_minor <> 0 or count <> 0`,
    sql`select d.*, (select count(*) from outbox o where o.decision_id = d.decision_id)::integer as outbox_rows from decisions d`,
  ]);
  return {
    accounts: accounts.map((row) => ({
      accountId: row['account_id'],
      currency: row['currency'],
      postedMinor: BigInt(row['posted_minor']),
      heldMinor: BigInt(row['held_minor']),
      pendingCreditMinor: BigInt(row['pending_credit_minor']),
      creditLineMinor: BigInt(row['credit_line_minor']),
    })),
    holds: holds.map((row) => ({
      accountId: row['account_id'],
      chainToken: row['chain_token'],
      amountMinor: BigInt(row['amount_minor']),
      messageClass: row['message_class'],
      countedAtMs: (row['counted_at'] as Date).getTime(),
      ...(row['expires_at'] === null ? {} : { expiresAtMs: (row['expires_at'] as Date).getTime() }),
    })),
    expectedCredits: credits.map((row) => ({
      accountId: row['account_id'],
      transactionToken: row['transaction_token'],
      amountMinor: BigInt(row['amount_minor']),
    })),
    counters: counters.map((row) => ({
      accountId: row['account_id'],
      limitId: row['limit_id'],
      windowStart: row['day'],
      amountMinor: BigInt(row['amount_minor']),
      count: row['count'],
    })),
    decisions: decisions.map((row) => ({
      transactionToken: row['transaction_token'],
      messageToken: row['message_token'],
      ...(row['account_id'] === '0' ? {} : { accountId: row['account_id'] as string }),
      outcome: row['approved'] ? ('approve' as const) : ('decline' as const),
      ...(row['reason'] === null ? {} : { reason: row['reason'] }),
      ...(row['limit_id'] === null ? {} : { limitId: row['limit_id'] }),
      outboxRows: row['outbox_rows'],
    })),
  };
}

/** The sums that must always agree; the operator's full list is `verifyLedger`. */
async function brokenInvariants({ sql }: Postgres): Promise<readonly string[]> {
  const rows = await sql`
    select account_id from accounts a
      where held_minor <> coalesce((select sum(amount_minor) from holds h where h.account_id = a.account_id), 0)
         or pending_credit_minor <> coalesce((select sum(amount_minor) from expected_credits e where e.account_id = a.account_id), 0)
         or posted_minor <> coalesce((select sum(amount_minor) from entries e where e.account_id = a.account_id and e.book = 'account'), 0)`;
  return rows.map((row) => `account ${row['account_id']} does not equal its parts`);
}
