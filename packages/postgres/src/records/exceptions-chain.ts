import type { Postgres } from '../connect.ts';
import { type Refused, refused } from '../operator/outcome.ts';
import { type ListedException, readException } from './exceptions.ts';

/** An exception with everything that is known of its chain. */
export interface ShownException {
  readonly status: 'found';
  readonly exception: ListedException;
  readonly records: readonly ShownRecord[];
  readonly decisions: readonly ShownDecision[];
  readonly holds: readonly { readonly chainToken: string; readonly amountMinor: bigint }[];
  readonly expectedCredits: readonly { readonly transactionToken: string; readonly amountMinor: bigint }[];
  readonly postings: readonly ShownPosting[];
}

/** In the platform's order. */
export interface ShownRecord {
  readonly transactionToken: string;
  readonly type: string;
  readonly state: string;
  readonly effect: string;
  readonly outcome: string;
  readonly isStandIn: boolean;
  readonly amountMinor: bigint;
  readonly createdAt: Date;
  readonly receivedAt: Date;
}

export interface ShownDecision {
  readonly transactionToken: string;
  readonly decisionId: string;
  readonly isApproved: boolean;
  readonly reason: string | null;
  readonly effect: string;
  readonly amountMinor: bigint;
  readonly isConfirmed: boolean;
  readonly decidedAt: Date;
}

export interface ShownPosting {
  readonly transactionToken: string;
  readonly accountId: string;
  readonly kind: string;
  readonly counterpart: string;
  /** The account's side. */
  readonly amountMinor: bigint;
  readonly bookedAt: Date;
}

export function unknownException(exceptionId: string): Refused {
  return refused('unknown_exception', `there is no exception ${exceptionId}: freeway exceptions list shows their ids`);
}

/** Everything about one exception, as of one moment. */
export function showException(postgres: Postgres, exceptionId: string): Promise<ShownException | Refused> {
  return postgres.transaction('exceptions.show', async (sql): Promise<ShownException | Refused> => {
    await sql`set transaction isolation level repeatable read read only`;
    const exception = await readException(sql, exceptionId);
    if (exception === undefined) return unknownException(exceptionId);
    const { chainToken, currency } = exception;
    const records = await sql`
      select transaction_token, type, state, effect, outcome, stand_in, amount_minor, created_at, received_at from records
        where chain_token = ${chainToken} and currency = ${currency} order by created_at, record_id`;
    const tokens = [...new Set([chainToken, ...records.map((row) => row['transaction_token'] as string)])];
    const decisions = await sql`
      select transaction_token, decision_id, approved, reason, effect, amount_minor, confirmed, decided_at from decisions
        where currency = ${currency} and (transaction_token = any (${tokens}::text[])
          or (chain_token = any (${tokens}::text[]) and chain_token <> transaction_token)) order by decision_id`;
    for (const row of decisions) tokens.push(row['transaction_token'] as string);
    const holds = await sql`
      select h.chain_token, h.amount_minor from holds h join accounts a on a.account_id = h.account_id and a.currency = ${currency}
        where h.chain_token = any (${tokens}::text[]) and h.amount_minor > 0`;
    const credits = await sql`
      select c.transaction_token, c.amount_minor from expected_credits c
        join accounts a on a.account_id = c.account_id and a.currency = ${currency}
        where c.transaction_token = any (${tokens}::text[]) and c.amount_minor > 0`;
    const postings = await sql`
      select t.transaction_token, t.account_id, t.kind, e.book, -e.amount_minor as amount_minor, t.booked_at
        from ledger_transactions t
        join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id
          and e.book <> 'account' and e.currency = ${currency}
        where t.transaction_token = any (${tokens}::text[]) order by t.booked_at, t.ledger_transaction_id`;
    return {
      status: 'found',
      exception,
      records: records.map(recordOf),
      decisions: decisions.map(decisionOf),
      holds: holds.map((row) => ({ chainToken: row['chain_token'], amountMinor: BigInt(row['amount_minor']) })),
      expectedCredits: credits.map((row) => ({
        transactionToken: row['transaction_token'],
        amountMinor: BigInt(row['amount_minor']),
      })),
      postings: postings.map(postingOf),
    };
  });
}

/** As the driver gives it. */
type Row = Record<string, any>;

function recordOf(row: Row): ShownRecord {
  return {
    transactionToken: row['transaction_token'],
    type: row['type'],
    state: row['state'],
    effect: row['effect'],
    outcome: row['outcome'],
    isStandIn: row['stand_in'],
    amountMinor: BigInt(row['amount_minor']),
    createdAt: row['created_at'],
    receivedAt: row['received_at'],
  };
}

function decisionOf(row: Row): ShownDecision {
  return {
    transactionToken: row['transaction_token'],
    decisionId: row['decision_id'],
    isApproved: row['approved'],
    reason: row['reason'],
    effect: row['effect'],
    amountMinor: BigInt(row['amount_minor']),
    isConfirmed: row['confirmed'],
    decidedAt: row['decided_at'],
  };
}

function postingOf(row: Row): ShownPosting {
  return {
    transactionToken: row['transaction_token'],
    accountId: row['account_id'],
    kind: row['kind'],
    counterpart: row['book'],
    amountMinor: BigInt(row['amount_minor']),
    bookedAt: row['booked_at'],
  };
}
