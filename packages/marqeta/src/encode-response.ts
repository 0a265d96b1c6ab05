import { formatAmount, type Balances, type DeclineReason } from '@freeway/core';
import { wireDeclineReason } from './decline-reasons.ts';
import type { Echo } from './decode-request.ts';

/** What was decided, as far as the answer shows it. A `StoredDecision` fits. */
export interface Answer {
  readonly outcome: 'approve' | 'decline';
  readonly reason?: DeclineReason;
  /** Travels as `tags` and comes back in the record (money.md *agreement*). Absent when nothing was stored. */
  readonly decisionId?: string;
  /** The account after the decision; shown only to who asked for it, an approved balance inquiry. */
  readonly balances?: Balances;
}

export interface EncodeOptions {
  readonly allow2026Reasons: boolean;
  /** The operator's own text for every answer; cut to the wire's 99 characters. */
  readonly memo?: string;
}

export interface EncodedResponse {
  readonly status: 200 | 402;
  readonly body: string;
}

const MAX_TAGS_LENGTH = 255;
const MAX_MEMO_LENGTH = 99;

/**
 * The answer: 200 approves, 402 denies, always with the request's `jit_funding` (PROTOCOL 7.1). Built from the members
 * named here and no others (money.md *closed response*). Built as text because the amount goes back as the very digits
 * that came, which no JavaScript number can promise.
 */
export function encodeResponse(echo: Echo, answer: Answer, options: EncodeOptions): EncodedResponse {
  const { outcome, reason, decisionId, balances } = answer;
  let members =
    `"token":${quote(echo.token)},"method":${quote(echo.method)}` +
    `,"user_token":${quote(echo.userToken)},"amount":${echo.amount}`;
  if (echo.businessToken !== undefined) members += `,"business_token":${quote(echo.businessToken)}`;
  if (echo.actingUserToken !== undefined) members += `,"acting_user_token":${quote(echo.actingUserToken)}`;
  if (echo.originalToken !== undefined) members += `,"original_jit_funding_token":${quote(echo.originalToken)}`;
  if (decisionId !== undefined) members += `,"tags":${quote(decisionId.slice(0, MAX_TAGS_LENGTH))}`;
  if (options.memo !== undefined) members += `,"memo":${quote(options.memo.slice(0, MAX_MEMO_LENGTH))}`;
  if (outcome === 'approve') {
    if (balances !== undefined && echo.isBalanceInquiry) members += `,"balances":${balancesText(balances)}`;
    return { status: 200, body: `{"jit_funding":{${members}}}` };
  }
  members += `,"decline_reason":"${wireDeclineReason(reason, options.allow2026Reasons)}"`;
  return { status: 402, body: `{"jit_funding":{${members}}}` };
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/**
 * PROTOCOL 7.1, 3.3: `ledger_balance` is what is booked, `available_balance` what can be spent (posted - held + credit
 * line, architecture.md 5; below zero for an overdrawn account), `credit_balance` is unused by the wire, and
 * `pending_credits` are promised and not yet spendable.
 */
function balancesText(balances: Balances): string {
  const { currency, postedMinor, heldMinor, creditLineMinor, pendingCreditMinor } = balances;
  const available = formatAmount(postedMinor - heldMinor + creditLineMinor, currency);
  const code = quote(currency);
  return (
    `{${code}:{"currency_code":${code},"ledger_balance":${formatAmount(postedMinor, currency)}` +
    `,"available_balance":${available},"credit_balance":${formatAmount(0n, currency)}` +
    `,"pending_credits":${formatAmount(pendingCreditMinor, currency)}}}`
  );
}
