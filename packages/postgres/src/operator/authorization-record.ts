import { type AccountState, formatAmount, type OwnerKind } from '@freeway/core';
import { type Member, readCurrency, readMembers } from './read-members.ts';
import { asJson, type Read, type RecordKind, type RecordRow, type RowFault } from './record-kind.ts';
import { writeAuthorizations } from './write-authorizations.ts';

/**
 * An authorization that a running programme approved before the cut-over and that is still open: what follows it
 * (increments, clearings) must find its chain (money.md *chain home*).
 */
export interface AuthorizationRecord {
  readonly transaction_token: string;
  /** The token of its JIT funding message; without it the transaction token stands in. */
  readonly message_token?: string;
  readonly user?: string;
  readonly business?: string;
  readonly card?: string;
  readonly currency: string;
  /** Decimal text, above zero: what is still held. */
  readonly amount_left: string;
  /** When the hold lapses by the platform's word. */
  readonly expires_at?: string;
  /** When it was authorized (money.md *window*). */
  readonly occurred_at: string;
}

export interface AuthorizationRow extends RecordRow {
  readonly transaction_token: string;
  readonly message_token: string;
  readonly owner_kind: OwnerKind;
  readonly owner_token: string;
  readonly account_in_file?: boolean;
  readonly account_closes_in_file?: boolean;
  readonly card_token: string | undefined;
  readonly card_in_file?: boolean;
  readonly currency: string;
  readonly amount_minor: string;
  readonly expires_at: string | undefined;
  readonly occurred_at: string;
}

const MEMBERS: Readonly<Record<string, Member>> = {
  transaction_token: { kind: 'text', required: true },
  message_token: { kind: 'text' },
  user: { kind: 'text' },
  business: { kind: 'text' },
  card: { kind: 'text' },
  currency: { kind: 'text', required: true },
  amount_left: { kind: 'text', required: true },
  expires_at: { kind: 'text' },
  occurred_at: { kind: 'text', required: true },
};

export const AUTHORIZATION_RECORDS: RecordKind<AuthorizationRow> = {
  read: readAuthorization,
  keys: (row) => [`authorization:${row.transaction_token}`, `message:${row.message_token}`],
  references: (row) => [
    { member: 'account_in_file', key: accountKey(row) },
    { member: 'account_closes_in_file', key: `closed:${accountKey(row)}` },
    ...(row.card_token === undefined ? [] : [{ member: 'card_in_file', key: `card:${row.card_token}` }]),
  ],
  check: checkAuthorizations,
  write: writeAuthorizations,
  // A hold is no fact: the ledger reads it under the account's lock.
  changes: () => [],
};

function accountKey(row: AuthorizationRow): string {
  return `account:${row.owner_kind}:${row.owner_token}:${row.currency}`;
}

function readAuthorization(record: object, line: number): Read<AuthorizationRow> {
  const members = readMembers(record, MEMBERS);
  const owner = members.owner('required');
  const currency = readCurrency(members);
  const transactionToken = members.token('transaction_token');
  const row = {
    line,
    transaction_token: transactionToken,
    message_token: members.text('message_token') === undefined ? transactionToken : members.token('message_token'),
    owner_kind: owner?.kind ?? 'user',
    owner_token: owner?.token ?? '',
    card_token: members.text('card') === undefined ? undefined : members.token('card'),
    currency,
    amount_minor: members.amount('amount_left', currency) ?? '',
    expires_at: members.instant('expires_at'),
    occurred_at: members.instant('occurred_at') ?? '',
  };
  if (row.amount_minor === '0') members.fault('amount_left is zero: there is nothing left to hold');
  const message = members.faults();
  return message === undefined ? { ok: true, row } : { ok: false, message };
}

interface Found {
  readonly line: number;
  readonly account_known: boolean;
  readonly state: AccountState | null;
  readonly card_known: boolean;
  readonly used_by: string | null;
  readonly same: boolean | null;
  readonly used_amount_minor: string | null;
}

async function checkAuthorizations(
  sql: Parameters<RecordKind['check']>[0],
  rows: readonly AuthorizationRow[],
): Promise<readonly RowFault[]> {
  const found = await sql<Found[]>`
    select r.line, r.account_in_file is true or a.account_id is not null as account_known, a.state,
           r.card_in_file is true or r.card_token is null or c.token is not null as card_known,
           d.method as used_by, d.amount_minor as used_amount_minor,
           (d.method, d.transaction_token, d.message_token, d.account_id, d.amount_minor)
             = ('imported', r.transaction_token, r.message_token, a.account_id, r.amount_minor) as same
      from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r (line integer, transaction_token text, message_token text,
        owner_kind text, owner_token text, account_in_file boolean, card_token text, card_in_file boolean, currency text, amount_minor bigint)
      left join accounts a on a.owner_kind = r.owner_kind and a.owner_token = r.owner_token and a.currency = r.currency
      left join cards c on c.token = r.card_token
      left join lateral (
        select k.* from decisions k where k.transaction_token = r.transaction_token
        union all
        select k.* from decisions k where k.message_token = r.message_token
        limit 1
      ) d on true`;
  const byLine = new Map(found.map((one) => [one.line, one]));
  return rows.flatMap((row) => judge(row, byLine.get(row.line)) ?? []);
}

function judge(row: AuthorizationRow, found: Found | undefined): RowFault | undefined {
  const { line } = row;
  if (!found?.account_known)
    return {
      line,
      code: 'unknown_account',
      message: `${row.owner_kind} ${row.owner_token} has no account in ${row.currency}`,
    };
  if (!found.card_known) return { line, code: 'unknown_card', message: `there is no card ${row.card_token}` };
  if (found.used_by !== null && !found.same) {
    const of = found.used_by === 'imported' ? 'was imported before with other content' : 'was decided by the gateway';
    const held = formatAmount(BigInt(found.used_amount_minor ?? 0), row.currency);
    return {
      line,
      code: 'token_reused',
      message: `transaction ${row.transaction_token} or its message ${of} (amount ${held})`,
    };
  }
  // money.md *account states*: nothing is held in a closed account.
  if ((found.state === 'closed' || row.account_closes_in_file) && found.used_by === null)
    return { line, code: 'account_closed', message: 'the account is closed: nothing can be held in it' };
  return undefined;
}
