import type { Message } from '../message.ts';
import type { RecordKind } from './record-kind.ts';

/** One transaction as the platform has it in its own books: what the record of it says. */
export interface Happening {
  readonly kind: RecordKind;
  /** Who, where and when. Its tokens are this transaction's own; `extends` names the first of its chain. */
  readonly message: Message;
  /** Running number of the platform: orders what happened within one second. */
  readonly identifier: bigint;
  /** Minor units: what it does to the account. */
  readonly amountMinor: bigint;
  /** `amount`, where it says something else: an advice shows the new total (PROTOCOL section 5.5). */
  readonly shownMinor?: bigint;
  /** `request_amount`, where it differs. */
  readonly requestedMinor?: bigint;
  readonly verdict: PlatformVerdict;
  /** The transaction that it follows (PROTOCOL section 6). */
  readonly follows?: string;
  readonly standInBy?: StandIn;
  /** What was said at the gateway about it; absent where nobody was asked. */
  readonly asked?: GatewayExchange;
  readonly clearing?: ClearingSigns;
  readonly dispute?: DisputeCase;
  /** No order and no funding: the type alone says what it is. */
  readonly isBare?: true;
}

export type StandIn = 'COMMANDO_AUTO' | 'COMMANDO_MANUAL' | 'NETWORK';

/** How a transaction ended: its response code and memo (PROTOCOL section 11). */
export interface PlatformVerdict {
  readonly isApproved: boolean;
  readonly code: string;
  readonly memo: string;
}

/** `gateway_log`: how the platform recorded the answer (PROTOCOL section 7.5). */
export interface GatewayExchange {
  readonly durationMs: number;
  readonly timedOut: boolean;
  /** Absent when there was none. */
  readonly answer?: { readonly status: number; readonly body: string };
}

/** What tells the last clearing from others (PROTOCOL section 5.6). */
export interface ClearingSigns {
  readonly isFinal?: boolean;
  /** `amount_to_be_released`. */
  readonly releaseMinor?: bigint;
  readonly part?: { readonly number: number; readonly count: number };
}

export interface DisputeCase {
  readonly caseToken: string;
  readonly state: string;
  readonly creditsUser: boolean;
  /** The clearing that is disputed. */
  readonly disputedToken: string;
  readonly openedAtMs: number;
}

export const APPROVED: PlatformVerdict = {
  isApproved: true,
  code: '0000',
  memo: 'Approved or completed successfully',
};

/** PROTOCOL section 7.4: less than was asked for. */
export const PARTLY_APPROVED: PlatformVerdict = { isApproved: true, code: '0002', memo: 'Partially approved' };

/** A later step of the platform or the network refused what the gateway had approved (PROTOCOL section 1). */
export const DECLINED_ELSEWHERE: PlatformVerdict = { isApproved: false, code: '1812', memo: 'Internal error (TXN)' };

/** No gateway answer in time, or none at all; the newer codes are not public (PROTOCOL section 8). */
export const NOT_FUNDED: PlatformVerdict = { isApproved: false, code: '1016', memo: 'Not sufficient funds' };

/** Codes that are public (PROTOCOL section 7.2); every other reason shows as a lack of funds here. */
const REASON_CODES: Readonly<Record<string, readonly [code: string, memo: string]>> = {
  INVALID_AMOUNT: ['1883', 'Declined by gateway: invalid amount'],
  INSUFFICIENT_FUNDS: ['1884', 'Declined by gateway: insufficient funds'],
  TRANSACTION_NOT_PERMITTED: ['1885', 'Declined by gateway: transaction not permitted'],
  SUSPECTED_FRAUD: ['1886', 'Declined by gateway: suspected fraud'],
  AMOUNT_LIMIT_EXCEEDED: ['1887', 'Declined by gateway: amount limit exceeded'],
  TRANSACTION_COUNT_LIMIT_EXCEEDED: ['1888', 'Declined by gateway: transaction count limit exceeded'],
  DUPLICATE_TRANSACTION: ['1889', 'Declined by gateway: duplicate transaction'],
};

export function declinedFor(reason: string): PlatformVerdict {
  const known = REASON_CODES[reason];
  return known === undefined ? NOT_FUNDED : { isApproved: false, code: known[0], memo: known[1] };
}
