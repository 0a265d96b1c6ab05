import type { ChainFacts } from './chain.ts';
import { orderChain } from './order-members.ts';
import type { TransactionRecord } from './transaction-record.ts';

/** The first record of a chain: whose limits count where no decision of ours says which. */
export function firstRecordOf(facts: ChainFacts): TransactionRecord | undefined {
  const member = orderChain(facts).members.find(({ source }) => source === 'record');
  return member?.source === 'record' ? member.record : undefined;
}
