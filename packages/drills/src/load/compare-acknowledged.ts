import type { Postgres } from '@freeway/postgres';
import { CREDENTIALS } from '../ground/freeway.ts';
import type { Acknowledged } from './play-load.ts';

export interface Comparison {
  readonly compared: number;
  /** What was told and is not there, or is there otherwise; empty when all is well. */
  readonly faults: readonly string[];
}

interface DecisionRow {
  readonly message_token: string;
  readonly transaction_token: string;
  readonly approved: boolean;
}

const AT_ONCE = 500;

/** Whether the ledger has every decision that a caller was told, as it was told. */
export function findAcknowledged(postgres: Postgres, told: readonly Acknowledged[]): Promise<Comparison> {
  return compare(postgres, told, ({ messageToken, status }, found) => {
    if (found === undefined) return `${messageToken} was answered ${status} and is not in the ledger`;
    if (found === (status === 200)) return undefined;
    return `${messageToken} was answered ${status}, the ledger says ${found ? 'approved' : 'declined'}`;
  });
}

/** Whether the ledger has none of them. */
export function findForgotten(postgres: Postgres, told: readonly Acknowledged[]): Promise<Comparison> {
  return compare(postgres, told, ({ messageToken }, found) =>
    found === undefined ? undefined : `${messageToken} is in the ledger`,
  );
}

async function compare(
  postgres: Postgres,
  told: readonly Acknowledged[],
  /** What is wrong, given whether the ledger approved it; undefined where it does not know it. */
  faultOf: (one: Acknowledged, approved: boolean | undefined) => string | undefined,
): Promise<Comparison> {
  const faults: string[] = [];
  for (let from = 0; from < told.length; from += AT_ONCE) {
    const part = told.slice(from, from + AT_ONCE);
    const messages = part.map(({ messageToken }) => messageToken);
    const transactions = part.map(({ transactionToken }) => transactionToken);
    const rows = await postgres.query(
      'drill.find',
      (sql) => sql<DecisionRow[]>`
        select message_token, transaction_token, approved from decisions
          where message_token = any(${messages}::text[]) or transaction_token = any(${transactions}::text[])`,
    );
    // The same transaction under a new message token is a repeat, and leaves no row of its own (money.md *two keys*).
    const approved = new Map<string, boolean>();
    for (const { message_token: message, transaction_token: transaction, approved: was } of rows) {
      approved.set(message, was);
      approved.set(transaction, was);
    }
    for (const one of part) {
      const fault = faultOf(one, approved.get(one.messageToken) ?? approved.get(one.transactionToken));
      if (fault !== undefined) faults.push(fault);
    }
  }
  return { compared: told.length, faults };
}

const CONCURRENCY = 16;

/** Sends every message again: the answer must be the one that was given, to the last byte. */
export async function repeatAcknowledged(told: readonly Acknowledged[]): Promise<Comparison> {
  const { username, password } = CREDENTIALS;
  const headers = {
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'content-type': 'application/json',
  };
  const faults: string[] = [];
  const left = [...told];
  const repeat = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      const response = await fetch(one.gatewayUrl, { method: 'POST', headers, body: one.request });
      const answer = await response.text();
      if (response.status !== one.status || answer !== one.answer)
        faults.push(`${one.messageToken} was answered ${one.status}, and ${response.status} when it came again`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, repeat));
  return { compared: told.length, faults };
}
