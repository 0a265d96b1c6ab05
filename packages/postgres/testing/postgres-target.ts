import type { ChainPolicy, CommitResult, Limit, OwnerRef, Proposal } from '@freeway/core';
import type { ImportHold, OpenAccount, OperatorCommand, ReplayTarget, VoidOutcome } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';
import { createRecordLedger } from '../src/records/record-ledger.ts';
import { postgresSnapshot, suspenseNames } from './postgres-snapshot.ts';

const TABLES = (
  'record_exceptions chain_counts chain_links refolds records chains outbox entries ledger_transactions counters ' +
  'expected_credits holds decisions accounts limits cards owners'
).split(' ');

/** PostgreSQL as a ledger on which testkit's histories are replayed. Empties the database first. */
export async function emptyPostgresTarget(
  postgres: Postgres,
  hot: Postgres,
  policy: ChainPolicy,
): Promise<ReplayTarget> {
  const { sql } = postgres;
  const ledger = createRecordLedger(postgres, { policy });
  // Deleted rather than truncated: new files for eleven tables would take longer than the history. Triggers sleep meanwhile.
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction.unsafe(TABLES.map((table) => `delete from ${table};`).join(' '));
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
    async authorizeBatch(proposals: readonly Proposal[]) {
      const results = await authorizeBatch(hot.sql, proposals);
      while ((await ledger.refold(100)) > 0);
      // nobody else is there to be busy with an account
      return results.filter((result): result is CommitResult => result.status !== 'busy');
    },
    async applyRecords(records) {
      const applied = await ledger.applyRecords(records);
      const names = await suspenseNames(postgres);
      return applied.map((each) => {
        const { accountId } = each;
        return accountId === undefined ? each : { ...each, accountId: names.get(accountId) ?? accountId };
      });
    },
    async voidApproval(messageToken) {
      // nobody sent the proposals of histories, so that none of them names its arrival
      const [row] = await sql`select void_authorization(${messageToken}, null) as outcome`;
      while ((await ledger.refold(100)) > 0);
      return row?.['outcome'] as VoidOutcome;
    },
    async assign({ transactionToken, currency }, accountId) {
      const [row] = await sql`select chain_token from chain_links where link = ${`t:${currency}:${transactionToken}`}`;
      if (row !== undefined) await ledger.assign({ chainToken: row['chain_token'] as string, currency }, accountId);
    },
    snapshot: () => postgresSnapshot(postgres),
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

async function apply(postgres: Postgres, command: Exclude<OperatorCommand, OpenAccount>): Promise<void> {
  const { sql } = postgres;
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
      return importHold(postgres, command);
    case 'credit':
    case 'debit': {
      const signed = String(command.verb === 'credit' ? command.amountMinor : -command.amountMinor);
      await sql`
        with moved as (
          insert into ledger_transactions (account_id, idempotency_key, kind)
            values (${command.accountId}, ${command.key}, ${command.verb}) on conflict do nothing returning account_id, ledger_transaction_id
        ), booked as (
          insert into entries (account_id, ledger_transaction_id, entry_number, book, amount_minor, currency)
            select account_id, ledger_transaction_id, 1, 'account', ${signed}::bigint, currency from moved join accounts using (account_id)
            union all
            select account_id, ledger_transaction_id, 2, ${command.counterpart}::text, -(${signed}::bigint), currency
              from moved join accounts using (account_id)
        )
        update accounts a set posted_minor = posted_minor + ${signed}::bigint from moved m where a.account_id = m.account_id`;
    }
  }
}

/** Stored as the operator's import does (src/operator/write-authorizations.ts). */
async function importHold({ sql }: Postgres, command: ImportHold): Promise<void> {
  const { accountId, chainToken } = command;
  const countedAt = new Date(command.countedAtMs);
  const expiresAt = command.expiresAtMs === undefined ? null : new Date(command.expiresAtMs);
  await sql`
    with decided as (
      insert into decisions (account_id, message_token, transaction_token, fingerprint, method, kind, approved, effect,
          amount_minor, currency, chain_token, counted_at, created_at, expires_at, confirmed)
        select account_id, ${chainToken}, ${chainToken}, '00000000-0000-0000-0000-000000000000', 'imported', 'authorization',
            true, 'hold', ${String(command.amountMinor)}::bigint, currency, ${chainToken}, ${countedAt}, ${countedAt}, ${expiresAt}, true
          from accounts where account_id = ${accountId}
        on conflict do nothing returning account_id, decision_id, amount_minor
    ), told as (
      insert into outbox (account_id, decision_id, record) select account_id, decision_id, '{}' from decided
    ), held as (
      insert into holds (account_id, chain_token, amount_minor, message_class, counted_at, expires_at)
        select ${accountId}, ${chainToken}, amount_minor, 'dual', ${countedAt}::timestamptz, ${expiresAt}::timestamptz from decided
    )
    update accounts a set held_minor = held_minor + d.amount_minor from decided d where a.account_id = d.account_id`;
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
