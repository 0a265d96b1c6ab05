import { RECORD_EXCEPTIONS, type OwnerRef, type RecordExceptionReason } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { Postgres, Sql } from '../connect.ts';

export type ExceptionState = 'open' | 'explained' | 'resolved';

/** One line of the list that an operator works through. */
export interface ListedException {
  readonly exceptionId: string;
  readonly reason: RecordExceptionReason;
  readonly state: ExceptionState;
  readonly chainToken: string;
  readonly transactionToken: string;
  /** What is not explained, or what was booked in spite of it. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Where the chain books, if it does. */
  readonly account?: { readonly accountId: string; readonly ownerKind: string; readonly ownerToken: string };
  readonly raisedAt: Date;
  readonly settledAt?: Date;
  readonly settledBy?: string;
  readonly note?: string;
}

export interface ExceptionFilter {
  readonly reason?: RecordExceptionReason;
  /** Default: open. */
  readonly state?: ExceptionState | 'all';
  readonly owner?: OwnerRef;
  readonly currency?: string;
  readonly transactionToken?: string;
  readonly since?: Date;
}

export interface ExceptionList {
  /** Of all that match, in the order of RECORD_EXCEPTIONS. */
  readonly counts: readonly { readonly reason: RecordExceptionReason; readonly count: number }[];
  /** Oldest first, as many as were asked for. */
  readonly exceptions: readonly ListedException[];
}

/** What matches, as of one moment. */
export function listExceptions(postgres: Postgres, filter: ExceptionFilter, limit: number): Promise<ExceptionList> {
  return postgres.transaction('exceptions.list', async (sql) => {
    await sql`set transaction isolation level repeatable read read only`;
    const counts = await sql<{ reason: RecordExceptionReason; count: number }[]>`
      select e.reason, count(*)::integer as count from record_exceptions e ${matching(sql, filter)} group by e.reason`;
    const rows = await sql`${exceptionsOf(sql)} ${matching(sql, filter)} order by e.exception_id limit ${limit}`;
    return {
      counts: counts.toSorted((a, b) => RECORD_EXCEPTIONS.indexOf(a.reason) - RECORD_EXCEPTIONS.indexOf(b.reason)),
      exceptions: rows.map(exceptionOf),
    };
  });
}

/** Ids of what matches, oldest first. */
export async function findExceptionIds(postgres: Postgres, filter: ExceptionFilter): Promise<readonly string[]> {
  const rows = await postgres.query(
    'exceptions.find',
    (sql) => sql`select e.exception_id from record_exceptions e ${matching(sql, filter)} order by e.exception_id`,
  );
  return rows.map((row) => row['exception_id'] as string);
}

/** One of them, or undefined where there is none of that id. */
export async function readException(
  sql: Sql | TransactionSql,
  exceptionId: string,
): Promise<ListedException | undefined> {
  if (!isExceptionId(exceptionId)) return undefined;
  const [row] = await sql`${exceptionsOf(sql)} where e.exception_id = ${exceptionId}`;
  return row && exceptionOf(row);
}

function isExceptionId(text: string): boolean {
  return /^[1-9]\d{0,17}$/.test(text);
}

function exceptionsOf(sql: Sql | TransactionSql) {
  return sql`
    select e.exception_id, e.reason, e.state, e.chain_token, e.transaction_token, e.amount_minor, e.currency, e.raised_at,
           e.settled_at, e.settled_by, e.note, a.account_id, a.owner_kind, a.owner_token
      from record_exceptions e left join accounts a on a.account_id = e.account_id`;
}

// Only what is asked for is in the statement, so that each shape is planned with the index it has.
function matching(sql: Sql | TransactionSql, filter: ExceptionFilter) {
  const { reason, state = 'open', owner, currency, transactionToken, since } = filter;
  return sql`where true
    ${state === 'all' ? sql`` : sql`and e.state = ${state}`}
    ${reason === undefined ? sql`` : sql`and e.reason = ${reason}`}
    ${currency === undefined ? sql`` : sql`and e.currency = ${currency}`}
    ${transactionToken === undefined ? sql`` : sql`and e.transaction_token = ${transactionToken}`}
    ${since === undefined ? sql`` : sql`and e.raised_at >= ${since}`}
    ${
      owner === undefined
        ? sql``
        : sql`and e.account_id in (select o.account_id from accounts o
            where o.owner_kind = ${owner.kind} and o.owner_token = ${owner.token})`
    }`;
}

/** As the driver gives it. */
type Row = Record<string, any>;

function exceptionOf(row: Row): ListedException {
  return {
    exceptionId: row['exception_id'],
    reason: row['reason'],
    state: row['state'],
    chainToken: row['chain_token'],
    transactionToken: row['transaction_token'],
    amountMinor: BigInt(row['amount_minor']),
    currency: row['currency'],
    ...(row['account_id'] === null
      ? {}
      : {
          account: { accountId: row['account_id'], ownerKind: row['owner_kind'], ownerToken: row['owner_token'] },
        }),
    raisedAt: row['raised_at'],
    ...(row['settled_at'] === null ? {} : { settledAt: row['settled_at'] }),
    ...(row['settled_by'] === null ? {} : { settledBy: row['settled_by'] }),
    ...(row['note'] === null ? {} : { note: row['note'] }),
  };
}
