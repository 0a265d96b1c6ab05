import type { TransactionRecord } from '@freeway/core';
import { NOON_MS } from './fixed-clock.ts';
import { override } from './overrides.ts';
import type { Overrides } from './overrides.ts';

/** The platform's record of what `buildRequest` asks: an authorization of 10.00 EUR, approved, that holds. */
export function buildRecord(overrides: Overrides<TransactionRecord> = {}): TransactionRecord {
  return override<TransactionRecord>(
    {
      transactionToken: 'transaction-1',
      type: overrides.effect ?? 'hold',
      state: 'PENDING',
      source: 'platform',
      effect: 'hold',
      outcome: 'approved',
      amountMinor: 1000n,
      isRounded: false,
      currency: 'EUR',
      counterpart: 'settlement',
      owner: { kind: 'user', token: 'user-1' },
      cardToken: 'card-1',
      links: { parentTransactionTokens: [], parentMessageTokens: [] },
      createdAtMs: NOON_MS,
      countedAtMs: overrides.createdAtMs ?? NOON_MS,
      isCompleted: false,
      isFullReversal: false,
      isStandIn: false,
      fastFunds: false,
      settlement: {},
    },
    overrides,
  );
}
