import type { LimitSubjectKind, LimitWindow, OwnerKind } from '@freeway/core';
import { cardChanges, ownerChanges } from './outcome.ts';
import { isToken, type Member, type Members, readCurrency, readMembers } from './read-members.ts';
import { asJson, type Read, type RecordKind, type RecordRow, type RowFault } from './record-kind.ts';
import { writeLimits } from './write-limits.ts';

/** A limit of one card, user, business or account. The bounds are put as a whole: with neither, the limit is lifted. */
export interface LimitRecord {
  readonly token: string;
  readonly card?: string;
  readonly user?: string;
  readonly business?: string;
  readonly account?: { readonly user?: string; readonly business?: string; readonly currency: string };
  readonly currency: string;
  readonly window: LimitWindow;
  /** Decimal text; zero is a limit too. */
  readonly max_amount?: string;
  readonly max_count?: number;
}

export interface LimitRow extends RecordRow {
  readonly token: string;
  readonly subject_kind: LimitSubjectKind;
  /** Undefined for an account, which is found by its owner and the limit's currency. */
  readonly subject_token: string | undefined;
  readonly account_owner_kind: OwnerKind | undefined;
  readonly account_owner_token: string | undefined;
  readonly subject_in_file?: boolean;
  readonly currency: string;
  readonly limit_window: string;
  readonly max_amount_minor: string | undefined;
  readonly max_count: number | undefined;
}

const MEMBERS: Readonly<Record<string, Member>> = {
  token: { kind: 'text', required: true },
  card: { kind: 'text' },
  user: { kind: 'text' },
  business: { kind: 'text' },
  account: { kind: 'object' },
  currency: { kind: 'text', required: true },
  window: { kind: 'text', required: true, choices: ['transaction', 'day', 'month'] },
  max_amount: { kind: 'text' },
  max_count: { kind: 'count' },
};

const ACCOUNT_MEMBERS: Readonly<Record<string, Member>> = {
  user: { kind: 'text' },
  business: { kind: 'text' },
  currency: { kind: 'text', required: true },
};

export const LIMIT_RECORDS: RecordKind<LimitRow> = {
  read: readLimit,
  keys: (row) => [`limit:${row.token}`],
  references: (row) => [{ member: 'subject_in_file', key: subjectName(row) }],
  check: checkLimits,
  write: writeLimits,
  changes(row) {
    if (row.subject_kind === 'card') return cardChanges(row.subject_token ?? '');
    const kind = row.subject_kind === 'account' ? (row.account_owner_kind ?? 'user') : row.subject_kind;
    return ownerChanges({ kind, token: row.subject_token ?? row.account_owner_token ?? '' });
  },
};

/** `card:c_1` or `account:user:u_1:USD`: the key of the record that brings the subject. */
function subjectName(row: LimitRow): string {
  return row.subject_kind === 'account'
    ? `account:${row.account_owner_kind}:${row.account_owner_token}:${row.currency}`
    : `${row.subject_kind}:${row.subject_token}`;
}

type Subject = Pick<LimitRow, 'subject_kind' | 'subject_token' | 'account_owner_kind' | 'account_owner_token'>;

function readLimit(record: object, line: number): Read<LimitRow> {
  const members = readMembers(record, MEMBERS);
  const currency = readCurrency(members);
  const row = {
    line,
    token: members.token('token'),
    ...readSubject(members, currency),
    currency,
    limit_window: members.text('window') ?? '',
    max_amount_minor: members.amount('max_amount', currency),
    max_count: members.count('max_count'),
  };
  if (row.limit_window === 'transaction' && row.max_count !== undefined)
    members.fault('max_count has no meaning within one transaction');
  const message = members.faults();
  return message === undefined ? { ok: true, row } : { ok: false, message };
}

function readSubject(members: Members, currency: string): Subject {
  const named = (['card', 'user', 'business'] as const).filter((kind) => members.text(kind) !== undefined);
  const account = members.object('account');
  const [kind] = named;
  if (named.length + (account === undefined ? 0 : 1) !== 1)
    members.fault('exactly one of card, user, business and account is needed');
  if (account !== undefined) return readAccountSubject(members, account, currency);
  return {
    subject_kind: kind ?? 'card',
    subject_token: kind === undefined ? '' : members.token(kind),
    account_owner_kind: undefined,
    account_owner_token: undefined,
  };
}

function readAccountSubject(members: Members, account: object, currency: string): Subject {
  const inner = readMembers(account, ACCOUNT_MEMBERS);
  const owner = inner.owner('required');
  if (inner.text('currency') !== undefined && inner.text('currency') !== currency)
    inner.fault(`its currency is not the limit's, ${currency}`);
  if (owner !== undefined && !isToken(owner.token)) inner.fault('its owner is not a token');
  const message = inner.faults();
  if (message !== undefined) members.fault(`account: ${message}`);
  return {
    subject_kind: 'account',
    subject_token: undefined,
    account_owner_kind: owner?.kind,
    account_owner_token: owner?.token,
  };
}

interface Found {
  readonly line: number;
  readonly known: boolean;
  readonly same_subject: boolean | null;
  readonly currency: string | null;
  readonly limit_window: string | null;
}

async function checkLimits(
  sql: Parameters<RecordKind['check']>[0],
  rows: readonly LimitRow[],
): Promise<readonly RowFault[]> {
  const found = await sql<Found[]>`
    select r.line, coalesce(r.subject_in_file, false) or coalesce(c.token, o.token, a.account_id::text) is not null as known,
           l.subject_kind = r.subject_kind and l.subject_token = coalesce(r.subject_token, a.account_id::text, '') as same_subject,
           l.currency, l.limit_window
      from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r (line integer, token text, subject_kind text, subject_token text,
        account_owner_kind text, account_owner_token text, subject_in_file boolean, currency text)
      left join limits l on l.token = r.token
      left join cards c on r.subject_kind = 'card' and c.token = r.subject_token
      left join owners o on r.subject_kind in ('user', 'business') and o.kind = r.subject_kind and o.token = r.subject_token
      left join accounts a on r.subject_kind = 'account' and a.owner_kind = r.account_owner_kind
        and a.owner_token = r.account_owner_token and a.currency = r.currency`;
  const byLine = new Map(found.map((one) => [one.line, one]));
  return rows.flatMap((row) => judge(row, byLine.get(row.line)) ?? []);
}

function judge(row: LimitRow, found: Found | undefined): RowFault | undefined {
  const { line, token } = row;
  if (!found?.known)
    return { line, code: 'unknown_subject', message: `there is no ${subjectName(row).replace(':', ' ')}` };
  if (found.currency === null) return undefined;
  const differing = [
    ...(found.same_subject ? [] : ['subject']),
    ...(found.currency === row.currency ? [] : [`currency (${found.currency})`]),
    ...(found.limit_window === row.limit_window ? [] : [`window (${found.limit_window})`]),
  ];
  if (differing.length === 0) return undefined;
  return {
    line,
    code: 'immutable',
    message: `limit ${token} has another ${differing.join(' and ')}, which cannot change`,
  };
}
