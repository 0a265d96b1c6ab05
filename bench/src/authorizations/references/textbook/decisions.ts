import type { Decision, Reason } from './encode-answer.ts';
import { countOf } from './judge.ts';
import type { Pool, Transaction } from './open-pool.ts';
import type { TextbookRequest } from './read-request.ts';

interface StoredDecision {
  readonly decision_id: bigint;
  readonly method: string;
  readonly user_token: string;
  readonly card_token: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly reason: Reason | null;
}

/** The decision that an earlier arrival of the message got; a token that comes back with other content is refused. */
export async function findDecision(sql: Pool | Transaction, request: TextbookRequest): Promise<Decision | undefined> {
  const [stored] = await sql<StoredDecision[]>`
    select decision_id, method, user_token, card_token, amount_minor, currency, reason
      from decisions where message_token = ${request.messageToken}`;
  if (stored === undefined) return undefined;
  const isSame =
    stored.method === request.method &&
    stored.user_token === request.userToken &&
    stored.card_token === request.cardToken &&
    stored.amount_minor === request.amountMinor &&
    stored.currency === request.currency;
  if (!isSame) return { reason: 'TRANSACTION_NOT_PERMITTED', isRepeat: true };
  return { decisionId: stored.decision_id.toString(), reason: stored.reason, isRepeat: true };
}

/** Undefined when another arrival of the message was stored meanwhile. */
export async function insertDecision(
  sql: Pool | Transaction,
  request: TextbookRequest,
  accountId: string | null,
  reason: Reason | null,
): Promise<Decision | undefined> {
  const { messageToken, transactionToken, method, userToken, cardToken, amountMinor, currency, eventDate } = request;
  const counts = reason === null ? countOf(request) : 0;
  const [row] = await sql<{ decision_id: bigint }[]>`
    insert into decisions (message_token, transaction_token, method, user_token, card_token, account_id, amount_minor,
        currency, reason, counts, event_date)
      values (${messageToken}, ${transactionToken}, ${method}, ${userToken}, ${cardToken}, ${accountId}, ${amountMinor},
        ${currency}, ${reason}, ${counts}, ${eventDate})
      on conflict (message_token) do nothing
      returning decision_id`;
  return row === undefined ? undefined : { decisionId: row.decision_id.toString(), reason, isRepeat: false };
}
