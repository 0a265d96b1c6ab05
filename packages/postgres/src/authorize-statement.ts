import type { Balances, CommitResult, DeclineReason, Proposal, StoredDecision } from '@freeway/core';
import { PARAMETERS, parametersOf } from './batch-parameters.ts';
import type { Sql } from './connect.ts';
import { NoAnswer } from './replaceable-driver.ts';

const STATEMENT = `select * from authorize_requests(${PARAMETERS})`;

/**
 * Of one of the driver's queries, which is a subclass of Promise: what hangs on such a one V8 keeps until it collects the
 * old, and under load that would be most of what it has to collect there.
 */
const RELEASED = { args: null, parameters: null };

/** Arrays with one element for each proposal. Null: all were committed, as they were proposed. */
interface Row {
  readonly statuses: readonly BatchResult['status'][] | null;
  readonly decision_ids: readonly string[];
  readonly approvals: readonly boolean[] | null;
  readonly reasons: readonly (DeclineReason | null)[] | null;
  readonly limit_ids: readonly (number | null)[] | null;
  readonly posted_minor: readonly (string | null)[] | null;
  readonly held_minor: readonly (string | null)[] | null;
  readonly pending_credit_minor: readonly (string | null)[] | null;
  readonly credit_line_minor: readonly (string | null)[] | null;
}

/** `busy`: someone else holds the account and was not waited for; nothing was stored. */
export type BatchResult = CommitResult | { readonly status: 'busy' };

/** Whether to wait for accounts that someone else has locked, as long as the session's lock_timeout allows. */
export type LockWait = 'wait' | 'skip';

/**
 * Sends a batch as one statement and one durable commit. Results are in the order of the proposals.
 * No two proposals of a batch may share a message token or a transaction token.
 */
export async function authorizeBatch(
  sql: Sql,
  proposals: readonly Proposal[],
  lock: LockWait = 'wait',
): Promise<BatchResult[]> {
  const parameters = parametersOf(proposals, lock === 'skip');
  const query = sql.unsafe(STATEMENT, parameters as never[], { prepare: true });
  const rows = (await query) as unknown as Row[];
  Object.assign(query, RELEASED);
  const [row] = rows;
  // Of nothing, there is no array.
  if (row === undefined || (row.decision_ids ?? []).length !== proposals.length)
    throw new NoAnswer('the commit was answered without its results');
  return proposals.map((proposal, index) => resultOf(row, proposal, index));
}

function resultOf(row: Row, proposal: Proposal, index: number): BatchResult {
  const status = row.statuses?.[index] ?? 'committed';
  if (status === 'stale' || status === 'token_reused' || status === 'busy') return { status };
  const decision = row.approvals === null ? asProposed(row, proposal, index) : asStored(row, index);
  const balances = balancesOf(row, proposal.request.currency, index);
  return balances === undefined ? { status, decision } : { status, decision, balances };
}

function asProposed({ decision_ids: ids }: Row, { decision }: Proposal, index: number): StoredDecision {
  const decisionId = ids[index] as string;
  if (decision.outcome === 'approve') return { decisionId, outcome: 'approve' };
  const { reason, limitId } = decision;
  return { decisionId, outcome: 'decline', reason, ...(limitId === undefined ? {} : { limitId }) };
}

function asStored(row: Row, index: number): StoredDecision {
  const reason = row.reasons?.[index] ?? undefined;
  const limitId = row.limit_ids?.[index] ?? undefined;
  return {
    decisionId: row.decision_ids[index] as string,
    outcome: row.approvals?.[index] === true ? 'approve' : 'decline',
    ...(reason === undefined ? {} : { reason }),
    ...(limitId === undefined ? {} : { limitId }),
  };
}

function balancesOf(row: Row, currency: string, index: number): Balances | undefined {
  const posted = row.posted_minor?.[index] ?? null;
  if (posted === null) return undefined;
  return {
    currency,
    postedMinor: BigInt(posted),
    heldMinor: BigInt(row.held_minor?.[index] ?? 0),
    pendingCreditMinor: BigInt(row.pending_credit_minor?.[index] ?? 0),
    creditLineMinor: BigInt(row.credit_line_minor?.[index] ?? 0),
  };
}
