import type { TransactionSql } from 'postgres';
import type { Postgres } from './connect.ts';
import { APPROVAL_INVARIANTS } from './invariants/approvals.ts';
import { BELOW_ZERO_INVARIANTS } from './invariants/below-zero.ts';
import { BOOK_INVARIANTS } from './invariants/books.ts';
import { COUNTER_INVARIANTS } from './invariants/counters.ts';
import { DECISION_INVARIANTS } from './invariants/decisions.ts';
import { HOLD_INVARIANTS } from './invariants/holds.ts';
import type { LedgerQuery } from './invariants/ledger-query.ts';
import { RECORD_INVARIANTS } from './invariants/records.ts';
import { checkWebhooks, type WebhookCheck } from './invariants/webhooks.ts';

/** One thing that must hold at any moment, and the rows for which it does not. */
export interface Invariant {
  readonly name: string;
  /** The rule of money.md that it is about. */
  readonly rule: string;
  readonly ok: boolean;
  readonly violationCount: number;
  /** The first 20. */
  readonly violations: readonly Row[];
  /** What is no violation and still worth a look, the first 20: accounts below zero, each with its cause; what waits. */
  readonly listed: readonly Row[];
}

type Row = Readonly<Record<string, unknown>>;

const SHOWN = 20;

const INVARIANTS: readonly LedgerQuery[] = [
  ...BOOK_INVARIANTS,
  ...HOLD_INVARIANTS,
  ...COUNTER_INVARIANTS,
  ...DECISION_INVARIANTS,
  ...APPROVAL_INVARIANTS,
  ...RECORD_INVARIANTS,
  ...BELOW_ZERO_INVARIANTS,
];

export interface VerifyOptions {
  /** Absent: webhooks on their way are counted, and the archive is not compared with the ledger. */
  readonly webhooks?: WebhookCheck;
}

/** Checks every invariant on one snapshot of a running system; it only reads. */
export function verifyLedger(postgres: Postgres, options: VerifyOptions = {}): Promise<readonly Invariant[]> {
  return postgres.transaction('invariants.verify', async (sql) => {
    await sql`set transaction isolation level repeatable read read only`;
    await sql`set local statement_timeout = 0`;
    const results: Invariant[] = [];
    for (const query of INVARIANTS) results.push(await check(sql, query));
    results.push(await webhookInvariant(sql, options.webhooks));
    return results;
  });
}

async function check(sql: TransactionSql, { name, rule, violations, listed }: LedgerQuery): Promise<Invariant> {
  const found = await sample(sql, violations);
  const shown = listed === undefined ? [] : (await sample(sql, listed)).rows;
  return { name, rule, ok: found.total === 0, violationCount: found.total, violations: found.rows, listed: shown };
}

async function webhookInvariant(sql: TransactionSql, webhooks: WebhookCheck | undefined): Promise<Invariant> {
  const { violations, listed } = await checkWebhooks(sql, webhooks);
  return {
    name: 'accepted_webhooks_are_applied',
    rule: 'architecture.md section 6',
    ok: violations.length === 0,
    violationCount: violations.length,
    violations: violations.slice(0, SHOWN),
    listed: listed.slice(0, SHOWN),
  };
}

async function sample(sql: TransactionSql, query: string): Promise<{ total: number; rows: readonly Row[] }> {
  const [found] = await sql.unsafe(`
    with v as materialized (${query})
    select (select count(*)::integer from v) as total, array(select to_jsonb(s) from (select * from v limit ${SHOWN}) s) as rows`);
  return { total: found?.['total'], rows: found?.['rows'] };
}
