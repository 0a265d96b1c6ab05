import postgres from 'postgres';
import { balancesOf, readAccount } from './accounts.ts';
import { findDecision, insertDecision } from './decisions.ts';
import type { Decision, Reason } from './encode-answer.ts';
import type { Events } from './events.ts';
import { expectCredit } from './expect-credit.ts';
import type { Facts, LookUp } from './facts.ts';
import { accountRefusalOf, refusalOf } from './judge.ts';
import type { Pool, Transaction } from './open-pool.ts';
import type { TextbookRequest } from './read-request.ts';
import { takeMoney } from './take-money.ts';

export interface AuthorizeParts {
  readonly sql: Pool;
  readonly lookUp: LookUp;
  /** Absent where there is no broker. */
  readonly events?: Events;
}

export type Authorize = (request: TextbookRequest) => Promise<Decision>;

/** One authorization as most people write it: look up, lock, check, write, commit, publish. Durable before it is answered. */
export function createAuthorize({ sql, lookUp, events }: AuthorizeParts): Authorize {
  return async (request) => {
    if (request.kind === 'notice') return { reason: null, isRepeat: false };
    const facts = await lookUp(request);
    const refusal = refusalOf(request, facts);
    const decision =
      refusal === null ? await decideOnAccount(sql, request, facts) : await refuse(sql, request, facts, refusal);
    if (!decision.isRepeat) await events?.publish(eventOf(request, decision));
    return decision;
  };
}

async function refuse(sql: Pool, request: TextbookRequest, { user }: Facts, reason: Reason): Promise<Decision> {
  return (await insertDecision(sql, request, user?.accountId ?? null, reason)) ?? (await storedDecision(sql, request));
}

/** Rolls the transaction back. */
const OVERTAKEN = Symbol('overtaken');
const UNIQUE_VIOLATION = '23505';

/** Its transaction has its effect, by another message. */
const REUSED: Decision = { reason: 'TRANSACTION_NOT_PERMITTED', isRepeat: true };

async function decideOnAccount(sql: Pool, request: TextbookRequest, { user, limits }: Facts): Promise<Decision> {
  const accountId = user?.accountId ?? '';
  if (request.kind === 'inquiry') return tellBalance(sql, request, accountId);
  try {
    return await sql.begin(async (transaction) => {
      const repeated = await findDecision(transaction, request);
      if (repeated !== undefined) return repeated;
      const reason = await act(transaction);
      const decision = await insertDecision(transaction, request, accountId, reason);
      return decision ?? Promise.reject(OVERTAKEN);
    });
  } catch (error) {
    // Another arrival committed while this one waited for the account.
    const isOvertaken =
      error === OVERTAKEN || (error instanceof postgres.PostgresError && error.code === UNIQUE_VIOLATION);
    if (!isOvertaken) throw error;
    return (await findDecision(sql, request)) ?? REUSED;
  }

  async function act(transaction: Transaction): Promise<Reason | null> {
    if (request.kind === 'refund') return expectCredit(transaction, request, accountId);
    if (request.kind !== 'verification') return takeMoney(transaction, request, accountId, limits);
    return accountRefusalOf(await readAccount(transaction, accountId));
  }
}

/** Nothing moves, so nothing is locked. */
async function tellBalance(sql: Pool, request: TextbookRequest, accountId: string): Promise<Decision> {
  const account = await readAccount(sql, accountId);
  const decision =
    (await insertDecision(sql, request, accountId, accountRefusalOf(account))) ?? (await storedDecision(sql, request));
  return account === undefined ? decision : { ...decision, balances: balancesOf(account) };
}

async function storedDecision(sql: Pool, request: TextbookRequest): Promise<Decision> {
  const decision = await findDecision(sql, request);
  if (decision === undefined) throw new Error('a decision that was stored is not there');
  return decision;
}

function eventOf(request: TextbookRequest, { decisionId, reason }: Decision): object {
  return {
    decision_id: decisionId,
    outcome: reason === null ? 'approve' : 'decline',
    reason,
    message_token: request.messageToken,
    transaction_token: request.transactionToken,
    chain_token: request.chainToken,
    method: request.method,
    user_token: request.userToken,
    card_token: request.cardToken,
    amount_minor: request.amountMinor.toString(),
    currency: request.currency,
    event_date: request.eventDate,
  };
}
