import { formatAmount } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { recordAudit } from './audit.ts';
import { type AccountBalance, type AccountRef, accountSubject, findAccount, unknownAccount } from './find-account.ts';
import { type Refused, refused } from './outcome.ts';
import { isToken, readAmount } from './read-members.ts';

/** The side that an operator's money comes from or goes to (money.md *Books*). */
export const COUNTERPARTS = ['adjustments', 'funding', 'settlement', 'fees', 'disputes', 'suspense'] as const;
export type Counterpart = (typeof COUNTERPARTS)[number];

export interface MoneyMove extends AccountRef {
  /** Decimal text in major units, above zero. */
  readonly amount: string;
  /** The same key again returns the first result; with other content it is refused. */
  readonly idempotencyKey: string;
  readonly reason: string;
  /** Default `adjustments`. */
  readonly counterpart?: Counterpart;
}

export interface Moved {
  readonly status: 'booked' | 'unchanged';
  readonly ledgerTransactionId: string;
  readonly bookedAt: Date;
  /** After the move, or as it stands when the move was made before. */
  readonly account: AccountBalance;
}

export type MoveOutcome = Moved | Refused;

/** What a verb adds to a move. */
export interface MoveRules {
  readonly verb: 'credit_account' | 'debit_account';
  /** Kept in the ledger transaction; part of what must be equal under one key. */
  readonly kind: string;
  readonly sign: 1n | -1n;
  readonly refuse: (account: AccountBalance, amountMinor: bigint) => Refused | undefined;
}

/** Books an operator's credit or debit: two entries that sum to zero, the balance, and the audit. */
export async function moveMoney(
  postgres: Postgres,
  move: MoneyMove,
  rules: MoveRules,
  actor: string,
): Promise<MoveOutcome> {
  const amount = readAmount('amount', move.amount, move.currency);
  if (!amount.ok) return refused('invalid_input', amount.message);
  if (amount.amountMinor === 0n) return refused('invalid_input', 'amount is zero: there is nothing to book');
  if (!isToken(move.idempotencyKey)) return refused('invalid_input', 'the idempotency key must be 1 to 255 characters');
  if (move.reason.trim() === '') return refused('invalid_input', 'a reason is needed');
  const signedMinor = rules.sign * amount.amountMinor;
  return postgres.transaction(`operator.${rules.verb}`, async (sql): Promise<MoveOutcome> => {
    const account = await findAccount(sql, move, 'locked');
    if (account === undefined) return unknownAccount(move);
    // Idempotency before anything else: a repeat is right even if the move would be refused today.
    const before = await findMove(sql, account.accountId, keyOf(move));
    if (before !== undefined) return repeat(before, account, move, rules, signedMinor);
    const refusal = rules.refuse(account, amount.amountMinor);
    if (refusal !== undefined) return refusal;
    return book(sql, account, { move, rules, signedMinor, actor });
  });
}

interface FoundMove {
  readonly ledger_transaction_id: string;
  readonly kind: string;
  readonly reason: string;
  readonly booked_at: Date;
  readonly amount_minor: string;
  readonly counterpart: string;
}

async function findMove(sql: TransactionSql, accountId: string, key: string): Promise<FoundMove | undefined> {
  const [found] = await sql<FoundMove[]>`
    select t.ledger_transaction_id, t.kind, t.reason, t.booked_at, own.amount_minor, other.book as counterpart
      from ledger_transactions t
      join entries own on own.account_id = t.account_id and own.ledger_transaction_id = t.ledger_transaction_id and own.entry_number = 1
      join entries other on other.account_id = t.account_id and other.ledger_transaction_id = t.ledger_transaction_id and other.entry_number = 2
      where t.account_id = ${accountId} and t.idempotency_key = ${key}`;
  return found;
}

function repeat(
  before: FoundMove,
  account: AccountBalance,
  move: MoneyMove,
  rules: MoveRules,
  signedMinor: bigint,
): MoveOutcome {
  const isSame =
    before.kind === rules.kind &&
    before.reason === move.reason &&
    BigInt(before.amount_minor) === signedMinor &&
    before.counterpart === (move.counterpart ?? 'adjustments');
  if (!isSame) {
    const amount = formatAmount(BigInt(before.amount_minor), account.currency);
    return refused(
      'key_reused',
      `the key ${move.idempotencyKey} has booked ${amount} ${account.currency} against ${before.counterpart} (${before.kind}, "${before.reason}") and cannot book anything else`,
    );
  }
  return {
    status: 'unchanged',
    ledgerTransactionId: before.ledger_transaction_id,
    bookedAt: before.booked_at,
    account,
  };
}

async function book(
  sql: TransactionSql,
  account: AccountBalance,
  { move, rules, signedMinor, actor }: { move: MoneyMove; rules: MoveRules; signedMinor: bigint; actor: string },
): Promise<Moved> {
  const { accountId, currency } = account;
  const counterpart = move.counterpart ?? 'adjustments';
  const [booked] = await sql<{ ledger_transaction_id: string; booked_at: Date }[]>`
    insert into ledger_transactions (account_id, idempotency_key, kind, reason)
      values (${accountId}, ${keyOf(move)}, ${rules.kind}, ${move.reason}) returning ledger_transaction_id, booked_at`;
  if (booked === undefined) throw new Error('an insert returned no row');
  const id = booked.ledger_transaction_id;
  await sql`
    insert into entries (account_id, ledger_transaction_id, entry_number, book, amount_minor, currency) values
      (${accountId}, ${id}, 1, 'account', ${signedMinor.toString()}, ${currency}),
      (${accountId}, ${id}, 2, ${counterpart}, ${(-signedMinor).toString()}, ${currency})`;
  await sql`update accounts set posted_minor = posted_minor + ${signedMinor.toString()}::bigint where account_id = ${accountId}`;
  await recordAudit(sql, {
    actor,
    verb: rules.verb,
    subject: accountSubject(account.owner, currency),
    detail: {
      ledger_transaction_id: id,
      kind: rules.kind,
      amount_minor: signedMinor.toString(),
      counterpart,
      reason: move.reason,
    },
  });
  return {
    status: 'booked',
    ledgerTransactionId: id,
    bookedAt: booked.booked_at,
    account: {
      ...account,
      postedMinor: account.postedMinor + signedMinor,
      availableMinor: account.availableMinor + signedMinor,
    },
  };
}

/** A name space of its own: no key of an operator can meet one of the platform's tokens or `opening`. */
function keyOf(move: MoneyMove): string {
  return `operator:${move.idempotencyKey}`;
}
