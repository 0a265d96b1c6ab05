import { type LedgerSnapshot, suspenseName } from '@freeway/testkit';
import type { Postgres } from '../src/connect.ts';

/** What the tables say, with plain selects: none of the code under test reads them here. */
export async function postgresSnapshot(postgres: Postgres): Promise<LedgerSnapshot> {
  const { sql } = postgres;
  const suspense = await suspenseNames(postgres);
  const named = (accountId: string): string => suspense.get(accountId) ?? accountId;
  const [accounts, holds, credits, postings, exceptions, counters, decisions] = await Promise.all([
    sql`select * from accounts`,
    sql`select * from holds`,
    sql`select * from expected_credits`,
    sql`
      select t.account_id, t.transaction_token, e.book, -sum(e.amount_minor) as amount_minor
        from ledger_transactions t join entries e using (account_id, ledger_transaction_id)
        where t.transaction_token is not null and e.book <> 'account' group by 1, 2, 3`,
    sql`select * from record_exceptions where state = 'open'`,
    sql`select *, window_start::text as day from counters`,
    sql`
      select d.*, (select count(*) from outbox o where o.decision_id = d.decision_id)::integer as outbox_rows
        from decisions d where method <> 'imported'`,
  ]);
  return {
    accounts: accounts.map((row) => ({
      accountId: named(row['account_id']),
      currency: row['currency'],
      postedMinor: BigInt(row['posted_minor']),
      heldMinor: BigInt(row['held_minor']),
      pendingCreditMinor: BigInt(row['pending_credit_minor']),
      creditLineMinor: BigInt(row['credit_line_minor']),
    })),
    holds: holds.map((row) => ({
      accountId: named(row['account_id']),
      chainToken: row['chain_token'],
      amountMinor: BigInt(row['amount_minor']),
      messageClass: row['message_class'],
      countedAtMs: (row['counted_at'] as Date).getTime(),
      ...(row['expires_at'] === null ? {} : { expiresAtMs: (row['expires_at'] as Date).getTime() }),
    })),
    expectedCredits: credits.map((row) => ({
      accountId: named(row['account_id']),
      transactionToken: row['transaction_token'],
      amountMinor: BigInt(row['amount_minor']),
    })),
    postings: postings.map((row) => ({
      accountId: named(row['account_id']),
      transactionToken: row['transaction_token'],
      counterpart: row['book'],
      amountMinor: BigInt(row['amount_minor']),
    })),
    exceptions: exceptions.map((row) => ({
      chainToken: row['chain_token'],
      currency: row['currency'],
      transactionToken: row['transaction_token'],
      reason: row['reason'],
      amountMinor: BigInt(row['amount_minor']),
      ...(row['account_id'] === '0' ? {} : { accountId: named(row['account_id']) }),
    })),
    counters: counters.map((row) => ({
      accountId: named(row['account_id']),
      limitId: row['limit_id'],
      windowStart: row['day'],
      amountMinor: BigInt(row['amount_minor']),
      count: row['count'],
    })),
    decisions: decisions.map(decisionOf),
  };
}

function decisionOf(row: Record<string, any>): LedgerSnapshot['decisions'][number] {
  return {
    transactionToken: row['transaction_token'],
    messageToken: row['message_token'],
    ...(row['account_id'] === '0' ? {} : { accountId: row['account_id'] }),
    outcome: row['approved'] ? 'approve' : 'decline',
    ...(row['reason'] === null ? {} : { reason: row['reason'] }),
    ...(row['limit_id'] === null ? {} : { limitId: row['limit_id'] }),
    ...(row['platform_outcome'] === null ? {} : { confirmed: row['platform_outcome'] }),
    outboxRows: row['outbox_rows'],
  };
}

/** The names of suspense accounts by their ids. */
export async function suspenseNames({ sql }: Postgres): Promise<ReadonlyMap<string, string>> {
  const rows =
    await sql`select account_id, currency from accounts where owner_kind = 'system' and owner_token = 'suspense'`;
  return new Map(rows.map((row) => [row['account_id'] as string, suspenseName(row['currency'])]));
}
