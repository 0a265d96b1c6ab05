import type { TransactionSql } from 'postgres';
import { decisionsOf } from './read-books.ts';
import { type LinkKeys, tokensOfLinks, transactionLink, messageLink } from './record-links.ts';

/**
 * Decisions of ours that links lead to, and those that these lead to, as links: of two records that share nothing, one may
 * name the transaction and the other the message of an approval that only we know of yet.
 */
export async function readLinkedDecisions(sql: TransactionSql, links: readonly string[]): Promise<LinkKeys[]> {
  const found = new Map<string, LinkKeys>();
  const asked = new Set(links);
  for (let next = links; next.length > 0;) {
    const { transactions, messages } = tokensOfLinks(next);
    const rows = await sql<{ transaction_token: string; message_token: string; chains: string[]; currency: string }[]>`
      select transaction_token, message_token, array[chain_token, coalesce(follows_token, chain_token)] as chains, currency
        from (${decisionsOf(sql, { transactions, messages, chains: transactions })}) d where approved and effect <> 'none'`;
    // A message leads to no other decision than its own.
    next = rows.flatMap((row) => {
      if (found.has(row.transaction_token)) return [];
      const chains = row.chains.map((token) => transactionLink(row.currency, token));
      const own = [transactionLink(row.currency, row.transaction_token), messageLink(row.currency, row.message_token)];
      found.set(row.transaction_token, { named: [...new Set([...own, ...chains])], shared: [], seeks: false });
      return chains.filter((link) => !asked.has(link));
    });
    for (const link of next) asked.add(link);
  }
  return [...found.values()];
}
