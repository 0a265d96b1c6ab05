import type { TransactionSql } from 'postgres';
import { chainKey, readChainNames, readChains, type StoredChains } from './read-chains.ts';

/**
 * Everything of the chains that links lead to, locked until the transaction ends. The links alone would not do: two batches
 * may reach one chain by links that the other does not have. Nor would the chains: two batches may begin the same one.
 */
export async function lockAndReadChains(sql: TransactionSql, links: readonly string[]): Promise<StoredChains> {
  const locked = new Set<string>();
  for (let names = await readChainNames(sql, links); ;) {
    const wanted = [...links, ...names.map((name) => `c:${chainKey(name)}`)].filter((key) => !locked.has(key));
    await lock(sql, wanted);
    for (const key of wanted) locked.add(key);
    const stored = await readChains(sql, links);
    // Whoever was waited for may have made another chain of it.
    names = [...stored.chains.values()].filter((chain) => !locked.has(`c:${chainKey(chain)}`));
    if (names.length === 0) return stored;
  }
}

/** Sorted, so that two batches never wait for each other in a circle, but where a chain has changed its name meanwhile. */
async function lock(sql: TransactionSql, keys: readonly string[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(k.key)
      from (select distinct hashtextextended(key, 0) as key from unnest(${keys as string[]}::text[]) as key order by 1) k`;
}
