import type { TransactionRecord } from '@freeway/core';
import type { DueHold } from './due-holds.ts';
import type { UnconfirmedApproval } from './unconfirmed.ts';

/**
 * What the sweeper tells the ledger where the platform is silent. It is folded like any record, in any order and any number
 * of times; a record of the platform about the same transaction beats it.
 */
const EVIDENCE = {
  source: 'sweeper',
  state: '',
  isRounded: false,
  counterpart: 'settlement',
  isCompleted: false,
  isFullReversal: false,
  isStandIn: false,
  fastFunds: false,
  settlement: {},
} as const satisfies Partial<TransactionRecord>;

/** money.md *doubt*: the platform says that it knows no such transaction, so that our approval came to nothing. */
export function notFoundRecord(approval: UnconfirmedApproval): TransactionRecord {
  const { transactionToken, messageToken, chainToken, effect, amountMinor, currency, createdAtMs, countedAtMs } =
    approval;
  return {
    ...EVIDENCE,
    transactionToken,
    type: 'freeway.not_found',
    effect,
    outcome: 'refused',
    amountMinor,
    currency,
    ...partiesOf(approval),
    links: {
      messageToken,
      parentTransactionTokens: chainToken === transactionToken ? [] : [chainToken],
      parentMessageTokens: [],
    },
    createdAtMs,
    countedAtMs,
  };
}

/** money.md *expiry*: the hold's time is over, and the platform did not say so. */
export function expiryRecord(hold: DueHold, lapsedAtMs: number): TransactionRecord {
  const { chainToken, amountMinor, currency, countedAtMs } = hold;
  return {
    ...EVIDENCE,
    transactionToken: `${chainToken}:expiry`,
    type: 'freeway.expiry',
    effect: 'expiry',
    outcome: 'approved',
    amountMinor,
    currency,
    ...partiesOf(hold),
    links: { parentTransactionTokens: [chainToken], parentMessageTokens: [] },
    createdAtMs: lapsedAtMs,
    countedAtMs,
  };
}

function partiesOf({ owner, cardToken }: Pick<DueHold, 'owner' | 'cardToken'>): Partial<TransactionRecord> {
  return { ...(owner === undefined ? {} : { owner }), ...(cardToken === undefined ? {} : { cardToken }) };
}
