import { exponentOf } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { GatheredChain } from './chain-group.ts';
import { type ChainTokens, readDecisionAccounts } from './read-books.ts';
import { type OwnerAccount, ownerAccountKey, readOwnerAccounts } from './read-chains.ts';
import { openSuspenseAccounts } from './suspense.ts';

/** The accounts that some chains may book to, all of which are to be locked. */
export interface PossibleHomes {
  readonly accountIds: ReadonlySet<string>;
  readonly ownerAccounts: ReadonlyMap<string, string>;
  readonly suspense: ReadonlyMap<string, string>;
  readonly tokens: ChainTokens;
}

export async function findHomes(sql: TransactionSql, chains: readonly GatheredChain[]): Promise<PossibleHomes> {
  const tokens = allTokens(chains);
  const wanted = new Map<string, OwnerAccount>();
  for (const { records, currency } of chains)
    for (const { owner } of records)
      if (owner !== undefined) wanted.set(ownerAccountKey(owner, currency), { owner, currency });
  const [decided, ownerAccounts] = await Promise.all([
    readDecisionAccounts(sql, tokens),
    readOwnerAccounts(sql, [...wanted.values()]),
  ]);
  // Only where somebody has no account, and the currency is one: most batches open none and ask for none.
  const homeless = chains.filter(({ records, currency }) =>
    records.some(({ owner }) => owner === undefined || !ownerAccounts.has(ownerAccountKey(owner, currency))),
  );
  const currencies = new Set(homeless.map(({ currency }) => currency).filter((code) => exponentOf(code) !== undefined));
  const suspense = await openSuspenseAccounts(sql, [...currencies]);
  const accountIds = new Set([...decided, ...ownerAccounts.values(), ...suspense.values()]);
  for (const { stored } of chains)
    for (const { accountId, assignedAccountId } of stored) {
      if (accountId !== '0') accountIds.add(accountId);
      if (assignedAccountId !== undefined) accountIds.add(assignedAccountId);
    }
  return { accountIds, ownerAccounts, suspense, tokens };
}

function allTokens(chains: readonly GatheredChain[]): ChainTokens {
  const all = (kind: keyof ChainTokens): string[] => [...new Set(chains.flatMap(({ tokens }) => tokens[kind]))];
  return { transactions: all('transactions'), messages: all('messages'), chains: all('chains') };
}
