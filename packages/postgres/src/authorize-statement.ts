import type { Balances, CommitResult, DeclineReason, Proposal, StoredDecision } from '@freeway/core';
import type { Sql } from './connect.ts';
import { NoAnswer } from './replaceable-driver.ts';

/** Casts in the order of authorize_batch's parameters (migrations/0012_commit.sql). */
const CASTS = (
  'text text uuid bigint text text bigint text bigint text bigint boolean text integer text text text text bigint text text bigint ' +
  'timestamptz timestamptz timestamptz text bigint integer integer integer bigint integer text date bigint integer bigint integer'
).split(' ');

// The driver serialises an array by its first element, wrongly for booleans: they go as text.
const PARAMETERS = CASTS.map((type, index) =>
  type === 'boolean' ? `$${index + 2}::text[]::boolean[]` : `$${index + 2}::${type}[]`,
);

const STATEMENT = `select * from authorize_batch($1::boolean, ${PARAMETERS.join(', ')})`;

/** One array element. Text or number: the driver would take a boolean or a bigint in front for the type of the array. */
type Cell = string | number | null;

interface Row {
  readonly status: BatchResult['status'];
  readonly decision_id: string;
  readonly approved: boolean;
  readonly reason: DeclineReason | null;
  readonly limit_id: number | null;
  readonly posted_minor: string | null;
  readonly held_minor: string | null;
  readonly pending_credit_minor: string | null;
  readonly credit_line_minor: string | null;
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
  const parameters = [lock === 'skip', ...columnsOf(proposals)];
  const rows = (await sql.unsafe(STATEMENT, parameters as never[], { prepare: true })) as unknown as Row[];
  if (rows.length !== proposals.length) throw new NoAnswer('the commit was answered without its results');
  return rows.map((row, index) => resultOf(row, proposals[index]?.request.currency ?? ''));
}

/** Proposals turned into arrays of columns, which the statement unnests: no row is built twice. */
function columnsOf(proposals: readonly Proposal[]): Cell[][] {
  const columns: Cell[][] = CASTS.map(() => []);
  const counters = 29;
  let counterCount = 0;
  proposals.forEach((proposal, index) => {
    const from = counterCount + 1;
    if (proposal.decision.outcome === 'approve') {
      for (const counter of proposal.decision.reservation.counters) {
        counterCount++;
        append(columns, counters, [
          index + 1,
          proposal.accountId ?? '0',
          counter.limitId,
          counter.window,
          counter.windowStart,
          counter.amountMinor.toString(),
          counter.count,
          counter.maxAmountMinor?.toString() ?? null,
          counter.maxCount ?? null,
        ]);
      }
    }
    append(columns, 0, proposalCells(proposal));
    append(columns, counters - 2, [from, counterCount]);
  });
  return columns;
}

function proposalCells(proposal: Proposal): Cell[] {
  const { request, decision, versions } = proposal;
  const reservation = decision.outcome === 'approve' ? decision.reservation : undefined;
  return [
    request.messageToken,
    request.transactionToken,
    request.fingerprint,
    proposal.accountId ?? '0',
    versions.owner?.ref.kind ?? request.owner?.kind ?? null,
    versions.owner?.ref.token ?? request.owner?.token ?? null,
    versions.owner?.version ?? null,
    versions.actingUser?.token ?? null,
    versions.actingUser?.version ?? null,
    request.cardToken ?? null,
    versions.card?.version ?? null,
    reservation === undefined ? 'f' : 't',
    decision.outcome === 'decline' ? decision.reason : null,
    decision.outcome === 'decline' ? (decision.limitId ?? null) : null,
    request.method,
    request.kind,
    reservation?.effect ?? 'none',
    reservation?.messageClass ?? 'dual',
    request.amountMinor.toString(),
    request.currency,
    proposal.chainToken,
    reservation?.chainMaxMinor?.toString() ?? null,
    new Date(proposal.countedAtMs).toISOString(),
    new Date(request.createdAtMs).toISOString(),
    expiresAt(proposal),
    proposal.record,
    proposal.attemptId ?? null,
  ];
}

/** A single-message hold never expires by time (money.md *nothing is posted on our own word*). */
function expiresAt({ request, decision }: Proposal): string | null {
  if (request.expiresAtMs === undefined || decision.outcome === 'decline') return null;
  return decision.reservation.messageClass === 'single' ? null : new Date(request.expiresAtMs).toISOString();
}

function append(columns: Cell[][], offset: number, cells: readonly Cell[]): void {
  for (let index = 0; index < cells.length; index++) columns[offset + index]?.push(cells[index] ?? null);
}

function resultOf(row: Row, currency: string): BatchResult {
  if (row.status === 'stale' || row.status === 'token_reused' || row.status === 'busy') return { status: row.status };
  const decision: StoredDecision = {
    decisionId: row.decision_id,
    outcome: row.approved ? 'approve' : 'decline',
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.limit_id === null ? {} : { limitId: row.limit_id }),
  };
  const balances = balancesOf(row, currency);
  return balances === undefined ? { status: row.status, decision } : { status: row.status, decision, balances };
}

function balancesOf(row: Row, currency: string): Balances | undefined {
  if (row.posted_minor === null) return undefined;
  return {
    currency,
    postedMinor: BigInt(row.posted_minor),
    heldMinor: BigInt(row.held_minor ?? 0),
    pendingCreditMinor: BigInt(row.pending_credit_minor ?? 0),
    creditLineMinor: BigInt(row.credit_line_minor ?? 0),
  };
}
