import type { RecordEffect, TransactionRecord } from '@freeway/core';

/** What leads from a record to its chain (PROTOCOL 6), as keys of `chain_links`. A currency has chains of its own. */
export interface LinkKeys {
  /** Its own tokens and those that it names: whoever has one of them is of its chain. */
  readonly named: readonly string[];
  /** What its whole life shares: only followed by, or to, a member that names nobody. */
  readonly shared: readonly string[];
  /** It follows something and does not say what. */
  readonly seeks: boolean;
}

const FOLLOW_UPS: ReadonlySet<RecordEffect> = new Set([
  'advice',
  'release',
  'clearing',
  'expiry',
  'single_reversal',
  'expected_credit_advice',
  'expected_credit_reversal',
  'credit_reversal',
  'dispute_provisional_credit',
  'dispute_chargeback',
  'dispute_completed',
  'dispute_take_back',
]);

export function transactionLink(currency: string, token: string): string {
  return `t:${currency}:${token}`;
}

export function messageLink(currency: string, token: string): string {
  return `m:${currency}:${token}`;
}

/** What a decision of ours is and follows. */
export interface DecisionTokens {
  readonly transactionToken: string;
  readonly messageToken: string;
  /** The chain that it was proposed in, and the name that records have given that. */
  readonly chainToken: string;
  readonly storedAs: string;
  readonly currency: string;
}

export function linkKeysOfDecision(decision: DecisionTokens): LinkKeys {
  const { transactionToken, messageToken, chainToken, storedAs, currency } = decision;
  const transactions = [transactionToken, chainToken, storedAs].map((token) => transactionLink(currency, token));
  const named = [...new Set([...transactions, messageLink(currency, messageToken)])];
  return { named, shared: [], seeks: false };
}

/** The transactions and messages that links name, whatever the currency. */
export function tokensOfLinks(links: readonly string[]): { transactions: string[]; messages: string[] } {
  const named = (kind: string): string[] => [
    ...new Set(links.filter((link) => link.startsWith(kind)).map((link) => link.slice(link.indexOf(':', 2) + 1))),
  ];
  return { transactions: named('t:'), messages: named('m:') };
}

export function linkKeysOf(record: TransactionRecord): LinkKeys {
  const { currency, transactionToken, links } = record;
  const transactions = [transactionToken, ...links.parentTransactionTokens, ...present(links.fundingLegToken)];
  const messages = [...present(links.messageToken), ...links.parentMessageTokens];
  const namesNobody = links.parentTransactionTokens.length + links.parentMessageTokens.length === 0;
  return {
    named: [
      ...new Set(transactions.map((token) => transactionLink(currency, token))),
      ...new Set(messages.map((token) => messageLink(currency, token))),
    ],
    shared: [
      ...present(links.orderToken).map((token) => `o:${currency}:${token}`),
      ...present(links.lifecycleId).map((id) => `l:${currency}:${id}`),
      ...present(links.acquirerReference).map((reference) => `r:${currency}:${reference}`),
    ],
    seeks: namesNobody && FOLLOW_UPS.has(record.effect),
  };
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
