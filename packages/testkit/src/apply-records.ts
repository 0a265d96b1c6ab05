import { isDeepStrictEqual } from 'node:util';
import type { AppliedRecord, TransactionRecord } from '@freeway/core';
import type { LedgerState } from './ledger-state.ts';
import { settle } from './settle.ts';

/** Takes in what is new of the platform's words and makes the sums anew. In any order, any number of times. */
export function applyRecords(state: LedgerState, records: readonly TransactionRecord[]): AppliedRecord[] {
  const statuses = records.map((record): AppliedRecord['status'] => {
    if (state.records.some((known) => isDeepStrictEqual(known, record))) return 'duplicate';
    state.records.push(record);
    return 'applied';
  });
  settle(state);
  return records.map(({ transactionToken, currency }, index) => {
    const name = `transaction ${transactionToken}`;
    const chain = state.chains.find((it) => it.currency === currency && it.names.has(name));
    if (chain === undefined) throw new Error(`${name} is of no chain`);
    return {
      status: statuses[index] ?? 'applied',
      chainToken: chain.outcome.chainToken,
      ...(chain.accountId === undefined ? {} : { accountId: chain.accountId }),
      exceptions: chain.exceptions.filter((exception) => exception.transactionToken === transactionToken),
    };
  });
}
