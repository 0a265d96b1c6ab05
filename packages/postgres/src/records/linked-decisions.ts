import type { TransactionSql } from 'postgres';
import { decisionsOf } from './read-books.ts';
import { type DecisionTokens, type LinkKeys, linkKeysOfDecision, tokensOfLinks } from './record-links.ts';

/**
 * Decisions of ours that links lead to, and those that these lead to, as links: of two records that share nothing, one may
 * name the transaction and the other the message of a request that only we know of yet, whatever we answered.
 */
export async function readLinkedDecisions(sql: TransactionSql, links: readonly string[]): Promise<LinkKeys[]> {
  const found = new Map<string, LinkKeys>();
  const asked = new Set(links);
  for (let next = links; next.length > 0;) {
    const { transactions, messages } = tokensOfLinks(next);
    const rows = await sql<DecisionTokens[]>`
      select transaction_token as "transactionToken", message_token as "messageToken", chain_token as "storedAs",
             coalesce(follows_token, chain_token) as "chainToken", currency
        from (${decisionsOf(sql, { transactions, messages, chains: transactions })}) d`;
    next = rows.flatMap((row) => {
      if (found.has(row.transactionToken)) return [];
      const keys = linkKeysOfDecision(row);
      found.set(row.transactionToken, keys);
      // A message leads to no other decision than its own.
      return keys.named.filter((link) => link.startsWith('t:') && !asked.has(link));
    });
    for (const link of next) asked.add(link);
  }
  return [...found.values()];
}
