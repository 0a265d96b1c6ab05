import type { OwnerRef, TransactionRecord } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { ChainName, LinkRow } from './group-chains.ts';
import { recordOf } from './record-content.ts';

/** A chain as it was folded last. */
export interface StoredChain extends ChainName {
  readonly accountId: string;
  readonly assignedAccountId: string | undefined;
  readonly limitIds: readonly number[] | undefined;
  readonly limitsOf: string | undefined;
}

export interface StoredChains {
  /** All that leads to these chains: what their records and decisions are and name. */
  readonly links: readonly LinkRow[];
  /** The same by `chainKey`, as the chains and the records. */
  readonly linksOf: ReadonlyMap<string, readonly LinkRow[]>;
  readonly chains: ReadonlyMap<string, StoredChain>;
  readonly records: ReadonlyMap<string, readonly TransactionRecord[]>;
  /** By `wordKey`: every record of these chains. */
  readonly known: ReadonlySet<string>;
}

/** The chains that these links lead to. */
export async function readChainNames(sql: TransactionSql, links: readonly string[]): Promise<ChainName[]> {
  const rows = await sql`
    select distinct chain_token, currency from chain_links where link = any (${links as string[]}::text[])`;
  return rows.map(nameOf);
}

/** Everything of the chains that these links lead to. */
export async function readChains(sql: TransactionSql, links: readonly string[]): Promise<StoredChains> {
  const keys = links as string[];
  const [linkRows, chainRows, recordRows] = await Promise.all([
    sql<{ link: string; chain_token: string; currency: string; seeks: boolean }[]>`
      select link, chain_token, currency, seeks from chain_links
        where (chain_token, currency) in (select chain_token, currency from chain_links where link = any (${keys}::text[]))`,
    sql`
      select chain_token, currency, account_id, assigned_account_id, limit_ids, limits_of from chains
        where (chain_token, currency) in (select chain_token, currency from chain_links where link = any (${keys}::text[]))`,
    sql`
      select chain_token, currency, transaction_token, digest, content from records
        where (chain_token, currency) in (select chain_token, currency from chain_links where link = any (${keys}::text[]))`,
  ]);
  const records = new Map<string, TransactionRecord[]>();
  for (const row of recordRows) {
    const record = recordOf(row['content'] as string);
    const key = chainKey(nameOf(row));
    const chain = records.get(key);
    if (chain === undefined) records.set(key, [record]);
    else chain.push(record);
  }
  const found = linkRows.map((row) => ({ link: row.link, chain: nameOf(row), seeks: row.seeks }));
  return {
    links: found,
    linksOf: Map.groupBy(found, ({ chain }) => chainKey(chain)),
    chains: new Map(chainRows.map((row) => [chainKey(nameOf(row)), chainOf(row)])),
    records,
    known: new Set(recordRows.map((row) => wordKey(row['transaction_token'] as string, row['digest'] as string))),
  };
}

export function chainKey({ chainToken, currency }: ChainName): string {
  return `${currency} ${chainToken}`;
}

/** A uuid comes back with dashes. */
export function wordKey(transactionToken: string, digest: string): string {
  return `${digest.replaceAll('-', '')} ${transactionToken}`;
}

function nameOf(row: Record<string, unknown>): ChainName {
  return { chainToken: row['chain_token'] as string, currency: row['currency'] as string };
}

function chainOf(row: Record<string, unknown>): StoredChain {
  return {
    ...nameOf(row),
    accountId: row['account_id'] as string,
    assignedAccountId: (row['assigned_account_id'] as string | null) ?? undefined,
    limitIds: (row['limit_ids'] as number[] | null) ?? undefined,
    limitsOf: (row['limits_of'] as string | null) ?? undefined,
  };
}

/** One account of an owner, by which a home is found. */
export interface OwnerAccount {
  readonly owner: OwnerRef;
  readonly currency: string;
}

/** Ids of the accounts of these owners in these currencies; those that have none are left out. */
export async function readOwnerAccounts(
  sql: TransactionSql,
  wanted: readonly OwnerAccount[],
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map();
  const rows = await sql`
    select a.account_id, a.owner_kind, a.owner_token, a.currency
      from unnest(${wanted.map(({ owner }) => owner.kind)}::text[], ${wanted.map(({ owner }) => owner.token)}::text[],
                  ${wanted.map(({ currency }) => currency)}::text[]) as w (kind, token, currency)
      join accounts a on a.owner_kind = w.kind and a.owner_token = w.token and a.currency = w.currency`;
  return new Map(
    rows.map((row) => [
      ownerAccountKey({ kind: row['owner_kind'], token: row['owner_token'] }, row['currency'] as string),
      row['account_id'] as string,
    ]),
  );
}

export function ownerAccountKey(
  { kind, token }: { readonly kind: string; readonly token: string },
  currency: string,
): string {
  return `${kind} ${currency} ${token}`;
}
