import type { ChainDecision, TransactionRecord } from '@freeway/core';

/** What a decision of the gateway knows to belong together. */
export type Mention = Pick<LinkedDecision, 'transactionToken' | 'messageToken' | 'chainToken' | 'currency'>;

/** A decision of the gateway that moved something, with what links it to records. */
export interface LinkedDecision extends ChainDecision {
  readonly messageToken: string;
  readonly currency: string;
}

/** What a chain is made of: what we decided, and what the platform said. A decision that moves nothing links all the same. */
export type ChainEvent =
  | { readonly source: 'mention'; readonly decision: Mention }
  | { readonly source: 'decision'; readonly decision: LinkedDecision }
  | { readonly source: 'record'; readonly record: TransactionRecord };

/** What only follows something, and so looks for it by weaker signs where it names nothing (PROTOCOL 6). */
const FOLLOW_UPS: readonly string[] = [
  'advice',
  'release',
  'clearing',
  'expiry',
  'single_reversal',
  'expected_credit_advice',
  'expected_credit_reversal',
  'credit_reversal',
  'dispute_chargeback',
  'dispute_provisional_credit',
  'dispute_completed',
  'dispute_take_back',
];

/** All events into chains: what is linked, directly or through others, is one. Naive: every event is held against every other. */
export function linkChains(events: readonly ChainEvent[]): ChainEvent[][] {
  const chains: ChainEvent[][] = [];
  let loose = events.map((event) => ({ event, ...signsOf(event) }));
  for (let first = loose.shift(); first !== undefined; first = loose.shift()) {
    const chain = [first];
    for (const member of chain) {
      chain.push(...loose.filter((other) => areLinked(member, other)));
      loose = loose.filter((other) => !areLinked(member, other));
    }
    chains.push(chain.map(({ event }) => event));
  }
  return chains;
}

/** How an event is found, and what it looks for. */
interface Signs {
  readonly currency: string;
  /** Transactions and messages that it is or names: two events that share one are linked. */
  readonly names: readonly string[];
  /** What a whole life shares. */
  readonly shared: readonly string[];
  /** It follows something and does not say what: whatever shares its signs is meant. */
  readonly seeks: boolean;
}

function areLinked(a: Signs, b: Signs): boolean {
  if (a.currency !== b.currency) return false;
  if (a.names.some((name) => b.names.includes(name))) return true;
  return (a.seeks || b.seeks) && a.shared.some((sign) => b.shared.includes(sign));
}

/** The transactions and messages that an event is or names. */
export function namesOf(event: ChainEvent): readonly string[] {
  return signsOf(event).names;
}

function signsOf(event: ChainEvent): Signs {
  if (event.source !== 'record') {
    const { currency, transactionToken, chainToken, messageToken } = event.decision;
    const names = [`transaction ${transactionToken}`, `transaction ${chainToken}`, `message ${messageToken}`];
    return { currency, names, shared: [], seeks: false };
  }
  const { currency, transactionToken, effect, links } = event.record;
  const { messageToken, parentTransactionTokens, parentMessageTokens, fundingLegToken } = links;
  const transactions = [transactionToken, ...parentTransactionTokens, fundingLegToken];
  const messages = [messageToken, ...parentMessageTokens];
  return {
    currency,
    names: [...signs('transaction', transactions), ...signs('message', messages)],
    shared: [
      ...signs('order', [links.orderToken]),
      ...signs('lifecycle', [links.lifecycleId]),
      ...signs('reference', [links.acquirerReference]),
    ],
    seeks: FOLLOW_UPS.includes(effect) && parentTransactionTokens.length + parentMessageTokens.length === 0,
  };
}

function signs(kind: string, values: readonly (string | undefined)[]): string[] {
  return values.flatMap((value) => (value === undefined ? [] : [`${kind} ${value}`]));
}
