import type { TransactionSql } from 'postgres';

/** Who has the suspense accounts, one for each currency (money.md *nobody's money*). */
export const SUSPENSE_OWNER = { kind: 'system', token: 'suspense' } as const;

/** Ids of the suspense accounts of these currencies, opened where there are none yet. */
export async function openSuspenseAccounts(
  sql: TransactionSql,
  currencies: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (currencies.length === 0) return new Map();
  const { kind, token } = SUSPENSE_OWNER;
  const wanted = currencies.toSorted();
  const read = () => sql<{ account_id: string; currency: string }[]>`
    select account_id, currency from accounts
      where owner_kind = ${kind} and owner_token = ${token} and currency = any (${wanted}::text[])`;
  let rows = await read();
  if (rows.length < wanted.length) {
    await sql`insert into owners (kind, token) values (${kind}, ${token}) on conflict do nothing`;
    await sql`
      insert into accounts (owner_kind, owner_token, currency)
        select ${kind}, ${token}, w.currency from unnest(${wanted}::text[]) as w (currency) order by w.currency
        on conflict do nothing`;
    rows = await read();
  }
  return new Map(rows.map((row) => [row.currency, row.account_id]));
}
