import type { TransactionSql } from 'postgres';
import type { FoldedChain } from './folded-chain.ts';
import { rowsAsJson as json } from './rows-as-json.ts';

/** What each chain holds now; the accounts move by the difference. */
export async function writeHolds(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const rows = chains.flatMap((chain) =>
    chain.difference.holds.map(({ accountId, chainToken, amountMinor }) => ({
      account_id: accountId,
      chain_token: chainToken,
      amount_minor: amountMinor,
      message_class: chain.hold.messageClass,
      counted_at: new Date(chain.countedAtMs),
      expires_at: chain.hold.expiresAtMs === undefined ? null : new Date(chain.hold.expiresAtMs),
    })),
  );
  if (rows.length === 0) return;
  // A hold of nothing is none: the table keeps what is open.
  await sql`
    with n as materialized (
      select * from jsonb_to_recordset(${json(rows)}::text::jsonb) as n (account_id bigint, chain_token text, amount_minor bigint,
        message_class text, counted_at timestamptz, expires_at timestamptz)
    ), before as materialized (
      select h.account_id, h.chain_token, h.amount_minor from holds h join n using (account_id, chain_token)
    ), gone as (
      delete from holds h using n where h.account_id = n.account_id and h.chain_token = n.chain_token and n.amount_minor = 0
    ), written as (
      insert into holds as h (account_id, chain_token, amount_minor, message_class, counted_at, expires_at)
        select account_id, chain_token, amount_minor, message_class, counted_at, expires_at from n where amount_minor > 0
        on conflict (account_id, chain_token) do update set amount_minor = excluded.amount_minor,
          message_class = excluded.message_class, counted_at = excluded.counted_at, expires_at = excluded.expires_at
    )
    update accounts a set held_minor = a.held_minor + m.amount_minor
      from (select n.account_id, sum(n.amount_minor - coalesce(b.amount_minor, 0)) as amount_minor
              from n left join before b using (account_id, chain_token) group by n.account_id) m
      where a.account_id = m.account_id and m.amount_minor <> 0`;
}

export async function writeExpectedCredits(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const rows = chains.flatMap((chain) =>
    chain.difference.expectedCredits.map(({ accountId, transactionToken, amountMinor }) => ({
      account_id: accountId,
      transaction_token: transactionToken,
      amount_minor: amountMinor,
      kind: 'record',
    })),
  );
  if (rows.length === 0) return;
  await sql`
    with n as materialized (
      select * from jsonb_to_recordset(${json(rows)}::text::jsonb) as n (account_id bigint, transaction_token text,
        amount_minor bigint, kind text)
    ), before as materialized (
      select c.account_id, c.transaction_token, c.amount_minor from expected_credits c join n using (account_id, transaction_token)
    ), gone as (
      delete from expected_credits c using n
        where c.account_id = n.account_id and c.transaction_token = n.transaction_token and n.amount_minor = 0
    ), written as (
      insert into expected_credits as c (account_id, transaction_token, amount_minor, kind)
        select account_id, transaction_token, amount_minor, kind from n where amount_minor > 0
        on conflict (account_id, transaction_token) do update set amount_minor = excluded.amount_minor
    )
    update accounts a set pending_credit_minor = a.pending_credit_minor + m.amount_minor
      from (select n.account_id, sum(n.amount_minor - coalesce(b.amount_minor, 0)) as amount_minor
              from n left join before b using (account_id, transaction_token) group by n.account_id) m
      where a.account_id = m.account_id and m.amount_minor <> 0`;
}

export async function writeCounts(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const rows = chains.flatMap((chain) =>
    chain.difference.counts.map((row) => ({
      account_id: row.accountId,
      chain_token: chain.chainToken,
      limit_id: row.limitId,
      window_start: row.windowStart,
      amount_minor: row.amountMinor,
      count: row.count,
    })),
  );
  if (rows.length === 0) return;
  await sql`
    with n as materialized (
      select * from jsonb_to_recordset(${json(rows)}::text::jsonb) as n (account_id bigint, chain_token text, limit_id integer,
        window_start date, amount_minor bigint, count integer)
    ), kept as (
      insert into chain_counts as k (account_id, chain_token, limit_id, window_start, amount_minor, count)
        select * from n
        on conflict (account_id, chain_token, limit_id, window_start) do update set
          amount_minor = k.amount_minor + excluded.amount_minor, count = k.count + excluded.count
    )
    insert into counters as k (account_id, limit_id, window_start, amount_minor, count)
      select account_id, limit_id, window_start, sum(amount_minor), sum(count) from n group by 1, 2, 3
      on conflict (account_id, limit_id, window_start) do update set
        amount_minor = k.amount_minor + excluded.amount_minor, count = k.count + excluded.count`;
}

/** money.md *Books*: each difference is a ledger transaction of its own, two entries that sum to zero. */
export async function book(sql: TransactionSql, chains: readonly FoldedChain[]): Promise<void> {
  const rows = chains.flatMap((chain) =>
    chain.difference.postings.map(({ accountId, transactionToken, counterpart, amountMinor, times }) => {
      const record = chain.records.get(transactionToken);
      const { settlement } = record ?? {};
      return {
        account_id: accountId,
        idempotency_key: `record ${counterpart} ${times + 1} ${transactionToken}`,
        kind: record?.effect ?? 'correction',
        reason: times === 0 ? undefined : 'correction',
        transaction_token: transactionToken,
        transaction_type: record?.type,
        network: settlement?.network,
        settlement_date: settlement?.settlementDate,
        user_time: settlement?.userTimeMs === undefined ? undefined : new Date(settlement.userTimeMs),
        acquirer_reference: record?.links.acquirerReference,
        network_reference_id: settlement?.networkReferenceId,
        batch_number: settlement?.batchNumber,
        original_amount: settlement?.originalAmount,
        original_currency: settlement?.originalCurrency,
        conversion_rate: settlement?.conversionRate,
        counterpart,
        amount_minor: amountMinor,
        currency: chain.currency,
      };
    }),
  );
  if (rows.length === 0) return;
  await sql`
    with n as materialized (
      select * from jsonb_to_recordset(${json(rows)}::text::jsonb) as n (account_id bigint, idempotency_key text, kind text,
        reason text, transaction_token text, transaction_type text, network text, settlement_date date, user_time timestamptz,
        acquirer_reference text, network_reference_id text, batch_number text, original_amount text, original_currency text,
        conversion_rate text, counterpart text, amount_minor bigint, currency text)
    ), booked as (
      insert into ledger_transactions (account_id, idempotency_key, kind, reason, transaction_token, transaction_type, network,
          settlement_date, user_time, acquirer_reference, network_reference_id, batch_number, original_amount, original_currency,
          conversion_rate)
        select account_id, idempotency_key, kind, reason, transaction_token, transaction_type, network, settlement_date, user_time,
          acquirer_reference, network_reference_id, batch_number, original_amount, original_currency, conversion_rate from n
        returning account_id, ledger_transaction_id, idempotency_key
    ), entered as (
      insert into entries (account_id, ledger_transaction_id, entry_number, book, amount_minor, currency)
        select b.account_id, b.ledger_transaction_id, s.side, case s.side when 1 then 'account' else n.counterpart end,
               case s.side when 1 then n.amount_minor else -n.amount_minor end, n.currency
          from booked b join n using (account_id, idempotency_key) cross join (values (1), (2)) as s (side)
    )
    update accounts a set posted_minor = a.posted_minor + m.amount_minor
      from (select account_id, sum(amount_minor) as amount_minor from n group by account_id) m
      where a.account_id = m.account_id and m.amount_minor <> 0`;
}
