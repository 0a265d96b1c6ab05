import type { TransactionSql } from 'postgres';

/**
 * Locks the accounts that rows name by owner and currency, in the order of the hot path (migrations/0018_rows.sql),
 * so that neither waits for the other in a circle.
 * @param json rows with owner_kind, owner_token and currency
 */
export async function lockAccounts(sql: TransactionSql, json: string): Promise<void> {
  await sql`
    select 1 from accounts where account_id in (
      select a.account_id from jsonb_to_recordset(${json}::text::jsonb) as r (owner_kind text, owner_token text, currency text)
        join accounts a on a.owner_kind = r.owner_kind and a.owner_token = r.owner_token and a.currency = r.currency)
      order by account_id for no key update`;
}
