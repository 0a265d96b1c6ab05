import type { TransactionRecord } from '@freeway/core';
import type { Postgres } from '../connect.ts';
import { type AskedAnswer, claimsOf, type PlatformClaims } from './agreement-claims.ts';
import { rowsAsJson } from './rows-as-json.ts';

/** What a record says besides about our books and our answer; members that it does not have are left out. */
export interface PlatformWord {
  readonly ledgerBalanceMinor?: bigint;
  readonly availableBalanceMinor?: bigint;
  /** Signed. */
  readonly impactedMinor?: bigint;
  readonly answer?: {
    readonly decisionId?: string;
    /** HTTP status of our answer, as the platform logged it. */
    readonly status?: number;
    readonly timedOut?: boolean;
  };
}

/** One record, after it was applied. */
export interface Observation {
  readonly record: TransactionRecord;
  readonly word: PlatformWord;
  /** Where its chain books. */
  readonly accountId?: string;
}

/**
 * What is compared (money.md *agreement*). `holds`: our open holds with the platform's ledger balance. `posted`: what a final
 * record posts with its impact. `available`: a balance that must be zero. `answer`: what we decided with what it logged.
 * `amount`: what we approved with what it confirms.
 */
export const DRIFT_KINDS = ['holds', 'posted', 'available', 'answer', 'amount'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

export interface Difference {
  readonly kind: DriftKind;
  readonly accountId: string;
  readonly transactionToken: string;
  /** Minor units, or words where it is about an answer. */
  readonly ours: string;
  readonly theirs: string;
  /** The account had none of its kind until now. */
  readonly isNew: boolean;
}

/**
 * Compares a batch of records that were applied with the platform's own word, and keeps where they differ: one statement, and
 * none where the records say nothing. It moves no money. Records may come again, and in any order.
 */
export async function recordAgreement(
  postgres: Postgres,
  observations: readonly Observation[],
): Promise<readonly Difference[]> {
  const claims = claimsOf(observations);
  if (Object.values(claims).every((rows) => rows.length === 0)) return [];
  return postgres.query('agreement.record', async (sql) => {
    const rows = await sql.unsafe(STATEMENT, parametersOf(claims), { prepare: true });
    return rows.map((row) => ({
      kind: row['kind'],
      accountId: row['account_id'],
      transactionToken: row['transaction_token'],
      ours: row['ours'],
      theirs: row['theirs'],
      isNew: row['is_new'],
    }));
  });
}

function parametersOf({ balances, differences, zeros, asked }: PlatformClaims): string[] {
  return [balances, differences, zeros.map((accountId) => ({ account_id: accountId })), asked.map(askedRow)].map(
    rowsAsJson,
  );
}

function askedRow({ approves, ...row }: AskedAnswer): object {
  return { ...row, theirs: approves === undefined ? null : approves ? 'approved' : 'declined' };
}

/**
 * What of account `a`'s holds the platform may know or not: our own approvals, until a record confirms them. Only worth a look
 * where the two are not equal; the condition is of the outer row, and so is seen before anything is read.
 */
const UNCONFIRMED = `
  select coalesce(sum(least(d.amount_minor, h.amount_minor)), 0) as amount_minor from holds h
    cross join lateral (
      select k.amount_minor from decisions k
        where k.transaction_token = h.chain_token and k.approved and k.effect = 'hold' and not k.confirmed
      union all
      select k.amount_minor from decisions k
        where k.chain_token = h.chain_token and k.chain_token <> k.transaction_token
          and k.approved and k.effect = 'hold' and not k.confirmed
    ) d
    where h.account_id = a.account_id and h.amount_minor > 0 and a.theirs_minor <> a.ours_minor`;

/**
 * $1: the newest word on what is held, one for each account. $2: what differs by itself. $3: accounts whose available balance
 * is zero, as it should be. $4: what is to be compared with our decisions.
 */
const STATEMENT = `
  with said as (
    select s.*, a.currency, a.held_minor as ours_minor, p.account_id is null
             or (s.created_at, s.identifier) >= (p.created_at, p.identifier) as is_newer,
           p.transaction_token as before_token, p.held_minor as before_minor
      from jsonb_to_recordset($1::text::jsonb) as s (account_id bigint, owner_kind text, owner_token text, created_at timestamptz,
        identifier numeric, transaction_token text, held_minor bigint)
      join accounts a on a.account_id = s.account_id and a.owner_kind = s.owner_kind and a.owner_token = s.owner_token
      left join platform_balances p on p.account_id = s.account_id
  ), kept as (
    insert into platform_balances as p (account_id, created_at, identifier, transaction_token, held_minor)
      select account_id, created_at, identifier, transaction_token, held_minor from said where is_newer
      on conflict (account_id) do update set created_at = excluded.created_at, identifier = excluded.identifier,
        transaction_token = excluded.transaction_token, held_minor = excluded.held_minor
        where (p.created_at, p.identifier) <= (excluded.created_at, excluded.identifier)
  ), newest as (
    select account_id, currency, ours_minor, case when is_newer then transaction_token else before_token end as transaction_token,
           case when is_newer then held_minor else before_minor end as theirs_minor
      from said
  ), judged as (
    select a.*, a.theirs_minor < a.ours_minor - u.amount_minor or a.theirs_minor > a.ours_minor as differs
      from newest a cross join lateral (${UNCONFIRMED}) u
  ), agreed as (
    delete from drift d using judged j
      where d.kind = 'holds' and d.account_id = j.account_id and d.currency = j.currency and not j.differs
  ), zero as (
    delete from drift d using jsonb_to_recordset($3::text::jsonb) as z (account_id bigint)
      where d.kind = 'available' and d.account_id = z.account_id
  ), asked as (
    select q.*, k.decision_id as our_id, k.approved, k.amount_minor as our_minor, k.currency as our_currency
      from jsonb_to_recordset($4::text::jsonb) as q (account_id bigint, currency text, transaction_token text, nth integer,
        decision_id numeric, theirs text, amount_minor bigint)
      left join decisions k on k.transaction_token = q.transaction_token
      where k.method is distinct from 'imported'
  ), found as (
    select 'holds' as kind, account_id, currency, transaction_token, 0 as nth, ours_minor::text as ours, theirs_minor::text as theirs
      from judged where differs
    union all
    select kind, account_id, currency, transaction_token, nth, ours, theirs
      from jsonb_to_recordset($2::text::jsonb) as e (kind text, account_id bigint, currency text, transaction_token text, nth integer,
        ours text, theirs text)
    union all
    select 'answer', account_id, currency, transaction_token, nth,
           case when our_id is null then 'none' when decision_id <> our_id then 'decision ' || our_id
             when approved then 'approved' else 'declined' end,
           case when our_id is null or decision_id <> our_id then 'decision ' || decision_id else theirs end
      from asked
      where theirs is not null and case when our_id is null then decision_id is not null
        else coalesce(decision_id <> our_id, false) or (theirs = 'approved') <> approved end
    union all
    select 'amount', account_id, currency, transaction_token, nth, our_minor::text, amount_minor::text
      from asked where approved and our_currency = currency and amount_minor <> our_minor
  ), grouped as (
    select kind, account_id, currency, count(*)::integer as times,
           (array_agg(array[transaction_token, ours, theirs] order by nth))[1:1] as first,
           (array_agg(array[transaction_token, ours, theirs] order by nth desc))[1:1] as last
      from found group by 1, 2, 3
  )
  insert into drift as d (account_id, kind, currency, ours, theirs, transaction_token, first_ours, first_theirs,
      first_transaction_token, times)
    select account_id, kind, currency, last[1][2], last[1][3], last[1][1], first[1][2], first[1][3], first[1][1], times from grouped
    order by account_id, kind, currency
    on conflict (account_id, kind, currency) do update set ours = excluded.ours, theirs = excluded.theirs,
      transaction_token = excluded.transaction_token, seen_at = now(),
      times = d.times + case when d.transaction_token = excluded.transaction_token then 0 else excluded.times end
    returning d.kind, d.account_id, d.transaction_token, d.ours, d.theirs, d.xmax = 0 as is_new`;
