import type { AccountState } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type {
  BookedCount,
  BookedCredit,
  BookedDecision,
  BookedException,
  BookedHold,
  BookedPosting,
  CountedLimit,
} from './chain-books.ts';

/** The tokens by which the books of some chains are found. */
export interface ChainTokens {
  readonly transactions: readonly string[];
  readonly messages: readonly string[];
  readonly chains: readonly string[];
}

export interface LockedAccount {
  readonly accountId: string;
  readonly currency: string;
  readonly state: AccountState;
}

/** The books of several chains at once. */
export interface Books {
  readonly accounts: ReadonlyMap<string, LockedAccount>;
  readonly decisions: readonly (BookedDecision & { readonly currency: string; readonly messageToken: string })[];
  readonly holds: readonly BookedHold[];
  readonly expectedCredits: readonly BookedCredit[];
  readonly counts: readonly (BookedCount & { readonly chainToken: string; readonly currency: string })[];
  readonly postings: readonly (BookedPosting & { readonly currency: string })[];
  readonly exceptions: readonly (BookedException & { readonly currency: string })[];
}

/** Accounts that hold decisions of these chains; they are locked with the homes. */
export async function readDecisionAccounts(sql: TransactionSql, tokens: ChainTokens): Promise<readonly string[]> {
  const rows = await sql`select distinct d.account_id from (${decisionsOf(sql, tokens)}) d where d.account_id <> 0`;
  return rows.map((row) => row['account_id'] as string);
}

export function decisionsOf(sql: TransactionSql, { transactions, messages, chains }: ChainTokens) {
  return sql`
    select * from decisions where transaction_token = any (${transactions as string[]}::text[])
    union
    select * from decisions where message_token = any (${messages as string[]}::text[])
    union
    select * from decisions where chain_token = any (${chains as string[]}::text[]) and chain_token <> transaction_token`;
}

/**
 * Locks the accounts in the order of the hot path, then reads: under READ COMMITTED each statement sees what was committed
 * before it (performance.md *Correctness* 1). All of it travels at once.
 */
export async function lockAndReadBooks(
  sql: TransactionSql,
  accountIds: readonly string[],
  tokens: ChainTokens,
): Promise<Books> {
  const transactions = tokens.transactions as string[];
  const chains = [...tokens.chains, ...tokens.transactions];
  const ids = accountIds as string[];
  const [accounts, decisions, holds, credits, counts, postings, exceptions] = await Promise.all([
    sql`select account_id, currency, state from accounts where account_id = any (${ids}::bigint[]) order by account_id for no key update`,
    sql`
      select d.account_id, d.transaction_token, d.message_token, d.chain_token, d.follows_token, d.kind, d.effect, d.amount_minor, d.currency,
             d.counted_at, coalesce(d.created_at, d.counted_at) as created_at, d.expires_at, d.overtaken, d.limit_ids,
             d.method = 'imported' as imported,
             (select json_agg(json_build_object('limitId', l.limit_id, 'window', l.limit_window) order by l.limit_id)
                from limits l where l.limit_id = any (d.limit_ids)) as limits
        from (${decisionsOf(sql, tokens)}) d where d.approved and d.effect <> 'none'`,
    sql`select account_id, chain_token, amount_minor from holds
          where account_id = any (${ids}::bigint[]) and chain_token = any (${chains}::text[])`,
    sql`select account_id, transaction_token, amount_minor from expected_credits
          where account_id = any (${ids}::bigint[]) and transaction_token = any (${transactions}::text[])`,
    // With the currency, since a token may name a chain in each; not all of their accounts are locked here.
    sql`select account_id, a.currency, chain_token, limit_id, window_start::text as window_start, amount_minor, count
          from chain_counts join accounts a using (account_id) where chain_token = any (${chains}::text[])`,
    sql`
      select t.account_id, t.transaction_token, e.book, e.currency, -sum(e.amount_minor) as amount_minor, count(*)::integer as times
        from ledger_transactions t
        join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id and e.book <> 'account'
        where t.transaction_token = any (${transactions}::text[]) group by 1, 2, 3, 4`,
    sql`select chain_token, currency, transaction_token, reason, state, amount_minor, account_id from record_exceptions
          where chain_token = any (${chains}::text[])`,
  ]);
  return {
    accounts: new Map(accounts.map((row) => [row['account_id'] as string, accountOf(row)])),
    decisions: decisions.map(decisionOf),
    holds: holds.map(holdOf),
    expectedCredits: credits.map(creditOf),
    counts: counts.map(countOf),
    postings: postings.map(postingOf),
    exceptions: exceptions.map(exceptionOf),
  };
}

/** As the driver gives it: bigint as text, time as a Date. */
type Row = Record<string, any>;

function accountOf(row: Row): LockedAccount {
  return { accountId: row['account_id'], currency: row['currency'], state: row['state'] };
}

function holdOf(row: Row): BookedHold {
  return { accountId: row['account_id'], chainToken: row['chain_token'], amountMinor: BigInt(row['amount_minor']) };
}

function creditOf(row: Row): BookedCredit {
  const { account_id: accountId, transaction_token: transactionToken } = row;
  return { accountId, transactionToken, amountMinor: BigInt(row['amount_minor']) };
}

function countOf(row: Row): Books['counts'][number] {
  return {
    accountId: row['account_id'],
    currency: row['currency'],
    chainToken: row['chain_token'],
    limitId: row['limit_id'],
    windowStart: row['window_start'],
    amountMinor: BigInt(row['amount_minor']),
    count: row['count'],
  };
}

function postingOf(row: Row): Books['postings'][number] {
  return {
    accountId: row['account_id'],
    transactionToken: row['transaction_token'],
    counterpart: row['book'],
    currency: row['currency'],
    amountMinor: BigInt(row['amount_minor']),
    times: row['times'],
  };
}

function exceptionOf(row: Row): Books['exceptions'][number] {
  return {
    chainToken: row['chain_token'],
    currency: row['currency'],
    transactionToken: row['transaction_token'],
    reason: row['reason'],
    state: row['state'],
    amountMinor: BigInt(row['amount_minor']),
    accountId: row['account_id'],
  };
}

function decisionOf(row: Row): Books['decisions'][number] {
  const isOvertaken = row['overtaken'] === true;
  const effect = effectOf(row['effect'], row['kind']);
  return {
    accountId: row['account_id'],
    transactionToken: row['transaction_token'],
    messageToken: row['message_token'],
    chainToken: row['follows_token'] ?? row['chain_token'],
    storedAs: row['chain_token'],
    effect,
    amountMinor: BigInt(row['amount_minor']),
    currency: row['currency'],
    countedAtMs: (row['counted_at'] as Date).getTime(),
    createdAtMs: (row['created_at'] as Date).getTime(),
    ...(row['expires_at'] === null ? {} : { expiresAtMs: (row['expires_at'] as Date).getTime() }),
    // Credits take nothing from counters, so that they say nothing of what their chain counts against.
    ...(isOvertaken || effect === 'expected_credit' ? {} : { limitIds: (row['limit_ids'] as number[] | null) ?? [] }),
    isImported: row['imported'],
    limits: (row['limits'] as CountedLimit[] | null) ?? [],
  };
}

/** Of an approval that moved something. */
export function effectOf(effect: string, kind: string): BookedDecision['effect'] {
  if (effect === 'expected_credit') return 'expected_credit';
  if (kind === 'single_message') return 'single';
  return kind === 'increment' ? 'increment' : 'hold';
}
