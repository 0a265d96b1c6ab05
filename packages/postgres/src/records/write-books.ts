import type { TransactionSql } from 'postgres';
import type { FoldedChain, NewLink, NewRecord } from './folded-chain.ts';
import { rowsAsJson as json } from './rows-as-json.ts';
import { book, writeCounts, writeExpectedCredits, writeHolds } from './write-money.ts';

/** Writes what the folds of some chains changed; after this point nothing can fail. All of it travels at once. */
export async function writeBooks(
  sql: TransactionSql,
  chains: readonly FoldedChain[],
  records: readonly NewRecord[],
  links: readonly NewLink[],
): Promise<void> {
  await Promise.all([
    ...renameChains(sql, chains),
    insertRecords(sql, records),
    writeChains(sql, chains),
    insertLinks(sql, links),
    confirmDecisions(sql, chains),
    nameChainOfDecisions(sql, chains),
    writeHolds(sql, chains),
    writeExpectedCredits(sql, chains),
    writeCounts(sql, chains),
    book(sql, chains),
    writeExceptions(sql, chains),
  ]);
}

/** Chains that turned out to be one, or to begin earlier than was known. */
function renameChains(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<unknown>[] {
  const names = chains.flatMap(({ chainToken, formerTokens, currency }) =>
    formerTokens.map((from) => ({ from, to: chainToken, currency })),
  );
  if (names.length === 0) return [];
  const rows = sql`jsonb_to_recordset(${json(names)}::text::jsonb) as n ("from" text, "to" text, currency text)`;
  const statements = [
    sql`update records r set chain_token = n."to" from ${rows} where r.chain_token = n."from" and r.currency = n.currency`,
    sql`
      with moved as (
        delete from chain_links l using ${rows} where l.chain_token = n."from" and l.currency = n.currency
          returning l.link, n."to", n.currency, l.seeks
      )
      insert into chain_links as l (link, chain_token, currency, seeks)
        select link, "to", currency, bool_or(seeks) from moved group by 1, 2, 3
        on conflict (link, chain_token) do update set seeks = l.seeks or excluded.seeks`,
    sql`update decisions d set chain_token = n."to" from ${rows} 
          where d.transaction_token = n."from" and d.chain_token = n."from" and d.currency = n.currency`,
    sql`update decisions d set chain_token = n."to" from ${rows}
          where d.chain_token = n."from" and d.chain_token <> d.transaction_token and d.currency = n.currency`,
    // Chains that are one now may have counted in the same window.
    sql`
      with moved as (
        delete from chain_counts k using ${rows}, accounts a
          where k.chain_token = n."from" and a.account_id = k.account_id and a.currency = n.currency
          returning k.account_id, n."to", k.limit_id, k.window_start, k.amount_minor, k.count
      )
      insert into chain_counts as k (account_id, chain_token, limit_id, window_start, amount_minor, count)
        select account_id, "to", limit_id, window_start, sum(amount_minor), sum(count) from moved group by 1, 2, 3, 4
        on conflict (account_id, chain_token, limit_id, window_start) do update set
          amount_minor = k.amount_minor + excluded.amount_minor, count = k.count + excluded.count`,
    sql`update record_exceptions e set chain_token = n."to" from ${rows}
          where e.chain_token = n."from" and e.currency = n.currency`,
    sql`delete from chains c using ${rows} where c.chain_token = n."from" and c.currency = n.currency`,
  ];
  // A statement goes out when it is awaited, and these must go before what is written under the new names.
  return statements.map((statement) => statement.execute());
}

async function insertRecords(sql: TransactionSql, records: readonly NewRecord[]): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(({ record, content, digest, chainToken }) => ({
    chain_token: chainToken,
    transaction_token: record.transactionToken,
    digest,
    type: record.type,
    state: record.state,
    effect: record.effect,
    outcome: record.outcome,
    stand_in: record.isStandIn,
    amount_minor: record.amountMinor,
    currency: record.currency,
    created_at: new Date(record.createdAtMs),
    content,
  }));
  await sql`
    insert into records (chain_token, transaction_token, digest, type, state, effect, outcome, stand_in, amount_minor, currency,
        created_at, content)
      select * from jsonb_to_recordset(${json(rows)}::text::jsonb) as r (chain_token text, transaction_token text, digest uuid,
        type text, state text, effect text, outcome text, stand_in boolean, amount_minor bigint, currency text,
        created_at timestamptz, content text)
      on conflict (transaction_token, digest) do nothing`;
}

async function writeChains(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const rows = chains.map((chain) => ({
    chain_token: chain.chainToken,
    currency: chain.currency,
    account_id: chain.accountId ?? '0',
    assigned_account_id: chain.assignedAccountId,
    limit_ids: chain.limitIds === undefined ? undefined : `{${chain.limitIds.join(',')}}`,
    limits_of: chain.limitsOf,
    closed: chain.isClosed,
  }));
  await sql`
    insert into chains (chain_token, currency, account_id, assigned_account_id, limit_ids, limits_of, closed)
      select chain_token, currency, account_id, assigned_account_id, limit_ids::integer[], limits_of, closed
        from jsonb_to_recordset(${json(rows)}::text::jsonb) as c (chain_token text, currency text, account_id bigint,
          assigned_account_id bigint, limit_ids text, limits_of text, closed boolean)
      on conflict (chain_token, currency) do update set account_id = excluded.account_id, assigned_account_id = excluded.assigned_account_id,
        limit_ids = excluded.limit_ids, limits_of = excluded.limits_of, closed = excluded.closed, folded_at = excluded.folded_at`;
}

async function insertLinks(sql: TransactionSql, links: readonly NewLink[]): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map(({ link, chainToken, currency, seeks }) => ({
    link,
    chain_token: chainToken,
    currency,
    seeks,
  }));
  await sql`
    insert into chain_links as l (link, chain_token, currency, seeks)
      select link, chain_token, currency, bool_or(seeks)
        from jsonb_to_recordset(${json(rows)}::text::jsonb) as n (link text, chain_token text, currency text, seeks boolean)
        group by 1, 2, 3
      on conflict (link, chain_token) do update set seeks = true where excluded.seeks and not l.seeks`;
}

/** money.md *doubt*: the platform has spoken of them. */
async function confirmDecisions(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const decided = chains.flatMap((chain) =>
    [...chain.decided].map(([transactionToken, outcome]) => ({
      token: transactionToken,
      outcome,
      currency: chain.currency,
    })),
  );
  if (decided.length === 0) return;
  await sql`
    update decisions d set confirmed = true, platform_outcome = n.outcome
      from jsonb_to_recordset(${json(decided)}::text::jsonb) as n (token text, outcome text, currency text)
      where d.transaction_token = n.token and d.currency = n.currency
        and (not d.confirmed or d.platform_outcome is distinct from n.outcome)`;
}

/** What follows asks the decisions for the name of their chain. */
async function nameChainOfDecisions(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const named = chains.flatMap(({ chainToken, currency, misnamed }) =>
    misnamed.map((token) => ({ token, chain_token: chainToken, currency })),
  );
  if (named.length === 0) return;
  await sql`
    update decisions d set chain_token = n.chain_token, follows_token = coalesce(d.follows_token, d.chain_token)
      from jsonb_to_recordset(${json(named)}::text::jsonb) as n (token text, chain_token text, currency text)
      where d.transaction_token = n.token and d.currency = n.currency and d.chain_token <> n.chain_token`;
}

async function writeExceptions(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const rows = chains.flatMap((chain) =>
    chain.difference.exceptions.map((row) => ({
      chain_token: row.chainToken,
      transaction_token: row.transactionToken,
      reason: row.reason,
      account_id: row.accountId,
      amount_minor: row.amountMinor,
      currency: chain.currency,
      state: row.state,
    })),
  );
  if (rows.length === 0) return;
  await sql`
    insert into record_exceptions as e (chain_token, transaction_token, reason, account_id, amount_minor, currency, state)
      select * from jsonb_to_recordset(${json(rows)}::text::jsonb) as n (chain_token text, transaction_token text, reason text,
        account_id bigint, amount_minor bigint, currency text, state text)
      on conflict (chain_token, currency, transaction_token, reason) do update set account_id = excluded.account_id,
        amount_minor = excluded.amount_minor, state = excluded.state,
        settled_at = case excluded.state when 'explained' then now() when 'open' then null else e.settled_at end`;
}
