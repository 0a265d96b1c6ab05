import { Fault, type OwnerRef } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { recordAudit } from '../operator/audit.ts';
import { findAccount, unknownAccount } from '../operator/find-account.ts';
import { type Refused, refused } from '../operator/outcome.ts';
import { type ListedException, readException } from './exceptions.ts';
import { unknownException } from './exceptions-chain.ts';
import type { PostgresRecordLedger } from './record-ledger.ts';

export interface Resolution {
  /** Why it is settled; kept with the exception and in the audit. */
  readonly note: string;
  /** Whose account takes what the chain has booked, and what it will book (money.md *nobody's money*). */
  readonly moveTo?: OwnerRef;
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean;
}

export interface Resolved {
  readonly status: 'resolved' | 'would_resolve';
  readonly exception: ListedException;
  readonly movedTo?: { readonly accountId: string; readonly owner: OwnerRef };
}

/** Settles one open exception; with `moveTo`, in the transaction that moves its chain out of suspense. */
export async function resolveException(
  postgres: Postgres,
  ledger: Pick<PostgresRecordLedger, 'assign'>,
  exceptionId: string,
  resolution: Resolution,
  actor: string,
): Promise<Resolved | Refused> {
  const { note, moveTo, dryRun = false } = resolution;
  if (note.trim() === '') return refused('invalid_input', 'a note is needed');
  const found = await postgres.transaction('exceptions.resolve', async (sql) => {
    const exception = await readException(sql, exceptionId);
    if (exception === undefined) return unknownException(exceptionId);
    if (exception.state !== 'open') return alreadySettled(exception);
    const destination = moveTo === undefined ? undefined : await destinationOf(sql, exception, moveTo);
    if (destination !== undefined && 'status' in destination) return destination;
    if (destination === undefined && !dryRun) await settle(sql, exception, { note, actor });
    return { exception, destination };
  });
  if ('status' in found) return found;
  const { exception, destination } = found;
  if (destination !== undefined && !dryRun) {
    const { chainToken, currency } = exception;
    await ledger.assign({ chainToken, currency }, destination.accountId, async (sql) => {
      await assertMoved(sql, exception, destination.accountId);
      await settle(sql, exception, { note, actor, movedTo: destination });
    });
  }
  return {
    status: dryRun ? 'would_resolve' : 'resolved',
    exception,
    ...(destination === undefined ? {} : { movedTo: destination }),
  };
}

function alreadySettled({ exceptionId, state, settledBy, note }: ListedException): Refused {
  const by = settledBy === undefined ? 'by what came later' : `by ${settledBy}: ${note ?? ''}`;
  return refused('exception_settled', `exception ${exceptionId} is ${state} already, ${by}`);
}

interface Destination {
  readonly accountId: string;
  readonly owner: OwnerRef;
}

async function destinationOf(
  sql: TransactionSql,
  { exceptionId, reason, currency }: ListedException,
  owner: OwnerRef,
): Promise<Destination | Refused> {
  if (reason !== 'no_account')
    return refused('invalid_input', `exception ${exceptionId} is ${reason}: only no_account moves to an account`);
  const account = await findAccount(sql, { owner, currency }, 'unlocked');
  if (account === undefined) return unknownAccount({ owner, currency });
  if (account.state === 'closed') return refused('account_closed', `the account of ${owner.token} is closed`);
  return { accountId: account.accountId, owner };
}

/** What was read before the chain was locked may be a name that it had. */
async function assertMoved(sql: TransactionSql, exception: ListedException, accountId: string): Promise<void> {
  const [chain] = await sql`
    select 1 from chains c join record_exceptions e on e.chain_token = c.chain_token and e.currency = c.currency
      where e.exception_id = ${exception.exceptionId} and c.account_id = ${accountId}`;
  if (chain === undefined) throw new Fault('contended', 'the chain changed meanwhile: run it again');
}

async function settle(
  sql: TransactionSql,
  { exceptionId, reason, transactionToken }: ListedException,
  { note, actor, movedTo }: { readonly note: string; readonly actor: string; readonly movedTo?: Destination },
): Promise<void> {
  const settled = await sql`
    update record_exceptions set state = 'resolved', settled_at = now(), settled_by = ${actor}, note = ${note},
        account_id = coalesce(${movedTo?.accountId ?? null}::bigint, account_id)
      where exception_id = ${exceptionId} and state <> 'resolved'`;
  if (settled.count === 0) throw new Fault('contended', 'somebody else settled it meanwhile');
  const moved = movedTo && { moved_to: `${movedTo.owner.kind}:${movedTo.owner.token}`, account_id: movedTo.accountId };
  await recordAudit(sql, {
    actor,
    verb: 'resolve_exception',
    subject: `exception:${exceptionId}`,
    detail: { reason, transaction_token: transactionToken, note, ...moved },
  });
}
