import { type AccountState, formatAmount, type OwnerKind } from '@freeway/core';
import { ownerChanges } from './outcome.ts';
import { type Member, readCurrency, readMembers } from './read-members.ts';
import { asJson, type Read, type RecordKind, type RecordRow, type RowFault } from './record-kind.ts';
import { writeAccounts } from './write-accounts.ts';

/** An owner's account in one currency. What is absent stays as it is; a new one is open, empty and without a line. */
export interface AccountRecord {
  readonly user?: string;
  readonly business?: string;
  readonly currency: string;
  /** Decimal text. Booked once, when the account opens; later it must be the same. */
  readonly opening_balance?: string;
  readonly credit_line?: string;
  /** `closed` becomes `closing` until nothing is left in the account (money.md *account states*). */
  readonly state?: AccountState;
}

export interface AccountRow extends RecordRow {
  readonly owner_kind: OwnerKind;
  readonly owner_token: string;
  readonly owner_in_file?: boolean;
  readonly currency: string;
  readonly opening_minor: string | undefined;
  readonly credit_line_minor: string | undefined;
  readonly state: AccountState | undefined;
}

const MEMBERS: Readonly<Record<string, Member>> = {
  user: { kind: 'text' },
  business: { kind: 'text' },
  currency: { kind: 'text', required: true },
  opening_balance: { kind: 'text' },
  credit_line: { kind: 'text' },
  state: { kind: 'text', choices: ['open', 'frozen', 'closing', 'closed'] },
};

export const ACCOUNT_RECORDS: RecordKind<AccountRow> = {
  read: readAccount,
  // The second key tells an authorization of the same file that it has no account to be held in.
  keys: (row) => [accountKey(row), ...(row.state === 'closed' ? [`closed:${accountKey(row)}`] : [])],
  references: (row) => [{ member: 'owner_in_file', key: `${row.owner_kind}:${row.owner_token}` }],
  check: checkAccounts,
  write: writeAccounts,
  changes: (row) => ownerChanges({ kind: row.owner_kind, token: row.owner_token }),
};

function accountKey(row: AccountRow): string {
  return `account:${row.owner_kind}:${row.owner_token}:${row.currency}`;
}

function readAccount(record: object, line: number): Read<AccountRow> {
  const members = readMembers(record, MEMBERS);
  const owner = members.owner('required');
  const currency = readCurrency(members);
  const row = {
    line,
    owner_kind: owner?.kind ?? 'user',
    owner_token: owner?.token ?? '',
    currency,
    opening_minor: members.amount('opening_balance', currency),
    credit_line_minor: members.amount('credit_line', currency),
    state: members.text('state') as AccountState | undefined,
  };
  if (row.state === 'closed' && (row.opening_minor ?? '0') !== '0')
    members.fault('a closed account has no opening_balance');
  const message = members.faults();
  return message === undefined ? { ok: true, row } : { ok: false, message };
}

interface Found {
  readonly line: number;
  readonly owner_known: boolean;
  readonly state: AccountState | null;
  readonly opened_minor: string;
}

/** The rows are locked: what is compared here is what the write sees. */
async function checkAccounts(
  sql: Parameters<RecordKind['check']>[0],
  rows: readonly AccountRow[],
): Promise<readonly RowFault[]> {
  const found = await sql<Found[]>`
    select r.line, o.token is not null or r.owner_in_file is true as owner_known, a.state, coalesce((
        select e.amount_minor from ledger_transactions t
          join entries e on e.account_id = t.account_id and e.ledger_transaction_id = t.ledger_transaction_id
          where t.account_id = a.account_id and t.idempotency_key = 'opening' and e.book = 'account'), 0) as opened_minor
      from jsonb_to_recordset(${asJson(rows)}::text::jsonb)
        as r (line integer, owner_kind text, owner_token text, owner_in_file boolean, currency text)
      left join owners o on o.kind = r.owner_kind and o.token = r.owner_token
      left join accounts a on a.owner_kind = r.owner_kind and a.owner_token = r.owner_token and a.currency = r.currency`;
  const byLine = new Map(found.map((one) => [one.line, one]));
  return rows.flatMap((row) => judge(row, byLine.get(row.line)) ?? []);
}

function judge(row: AccountRow, found: Found | undefined): RowFault | undefined {
  const { line, currency } = row;
  if (!found?.owner_known)
    return { line, code: 'unknown_owner', message: `there is no ${row.owner_kind} ${row.owner_token}` };
  if (found.state === null) return undefined;
  if (row.opening_minor !== undefined && row.opening_minor !== found.opened_minor) {
    const opened = formatAmount(BigInt(found.opened_minor), currency);
    return {
      line,
      code: 'immutable',
      message: `the account was opened with ${opened} ${currency}: an opening balance never changes, credit or debit it`,
    };
  }
  const isLeaving = found.state === 'closing' || found.state === 'closed';
  if (isLeaving && (row.state === 'open' || row.state === 'frozen'))
    return {
      line,
      code: `account_${found.state}`,
      message: `the account is ${found.state}: it cannot become ${row.state} again`,
    };
  if (found.state === 'closed' && row.state === 'closing')
    return { line, code: 'account_closed', message: 'the account is closed already' };
  return undefined;
}
