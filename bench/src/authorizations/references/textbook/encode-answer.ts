import type { TextbookRequest } from './read-request.ts';

/** The platform's own words (PROTOCOL 7.2). */
export type Reason =
  | 'INVALID_AMOUNT'
  | 'INSUFFICIENT_FUNDS'
  | 'TRANSACTION_NOT_PERMITTED'
  | 'AMOUNT_LIMIT_EXCEEDED'
  | 'TRANSACTION_COUNT_LIMIT_EXCEEDED'
  | 'INVALID_CARD'
  | 'EXPIRED_CARD'
  | 'CLOSED_ACCOUNT'
  | 'CARD_NOT_ACTIVE'
  | 'CARDHOLDER_NOT_ACTIVE';

export interface Balances {
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingCreditMinor: bigint;
}

export interface Decision {
  /** Absent where nothing was stored. */
  readonly decisionId?: string;
  /** Null for an approval. */
  readonly reason: Reason | null;
  readonly isRepeat: boolean;
  /** For who asked, and was approved. */
  readonly balances?: Balances;
}

/** PROTOCOL 7.1. Text is put together because the amount must go back with the digits that came. */
export function encodeAnswer(request: TextbookRequest, { decisionId, reason, balances }: Decision): string {
  const { messageToken, method, userToken, amountText, actingUserToken, originalToken } = request;
  let members = `"token":${quote(messageToken)},"method":${quote(method)},"user_token":${quote(userToken)},"amount":${amountText}`;
  if (actingUserToken !== undefined) members += `,"acting_user_token":${quote(actingUserToken)}`;
  if (originalToken !== undefined) members += `,"original_jit_funding_token":${quote(originalToken)}`;
  if (decisionId !== undefined) members += `,"tags":"${decisionId}"`;
  if (reason !== null) members += `,"decline_reason":"${reason}"`;
  else if (balances !== undefined) members += `,"balances":${balancesText(request.currency, balances)}`;
  return `{"jit_funding":{${members}}}`;
}

const quote = (text: string): string => JSON.stringify(text);

function balancesText(currency: string, { postedMinor, heldMinor, pendingCreditMinor }: Balances): string {
  const code = quote(currency);
  return (
    `{${code}:{"currency_code":${code},"ledger_balance":${decimal(postedMinor)}` +
    `,"available_balance":${decimal(postedMinor - heldMinor)},"credit_balance":0.00,"pending_credits":${decimal(pendingCreditMinor)}}}`
  );
}

function decimal(minor: bigint): string {
  const digits = minor.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
