import type { TransactionSql } from 'postgres';
import { compactJson, digestOf, type Field } from './canonical-row.ts';

/** What is sealed: a decision, booked money with its entries, an audit record. */
export const SEALED_KINDS = ['decision', 'booking', 'audit'] as const;
export type SealedKind = (typeof SEALED_KINDS)[number];

export interface RowKey {
  /** Of an audit record: 0. */
  readonly accountId: string;
  readonly id: string;
}

export interface SealedRow extends RowKey {
  /** Of what never changes. */
  readonly digest: string;
  /** What a void may still change, in words; empty where nothing may. */
  readonly outcome: string;
}

type Sql = Pick<TransactionSql, 'unsafe'>;

/** The rows of these keys as they are now; those that are gone are not among them. */
export function readSealedRows(sql: Sql, kind: SealedKind, keys: readonly RowKey[]): Promise<readonly SealedRow[]> {
  if (keys.length === 0) return Promise.resolve([]);
  if (kind === 'decision') return readDecisions(sql, keys);
  return kind === 'booking' ? readBookings(sql, keys) : readAuditRecords(sql, keys);
}

/** Seconds since the epoch with six decimals, which no time zone or date style changes. */
const moment = (column: string): string => `extract(epoch from ${column})::text`;

/** In this order, for ever: docs/security.md has the list. */
const DECISION = [
  'account_id::text',
  'decision_id::text',
  'message_token',
  'transaction_token',
  'fingerprint::text',
  'method',
  'kind',
  'limit_id::text',
  'amount_minor::text',
  'currency',
  'card_token',
  'owner_kind',
  'owner_token',
  moment('counted_at'),
  moment('created_at'),
  moment('expires_at'),
  moment('decided_at'),
  'overtaken::text',
];
const OUTCOME = ['approved::text', 'reason', 'effect', `array_to_string(limit_ids, ',')`];

async function readDecisions(sql: Sql, keys: readonly RowKey[]): Promise<readonly SealedRow[]> {
  const rows = await sql
    .unsafe(
      `select ${[...DECISION, ...OUTCOME].join(', ')} from decisions where decision_id = any($1::bigint[])`,
      [idsOf(keys)],
      { prepare: true },
    )
    .values();
  return rows.map((row) => {
    const fields = row as Field[];
    const [accountId, id] = fields as [string, string];
    return {
      accountId,
      id,
      digest: digestOf('decision', fields.slice(0, DECISION.length)),
      outcome: outcomeOf(fields.slice(DECISION.length)),
    };
  });
}

function outcomeOf([approved, reason, effect, limitIds]: readonly (Field | undefined)[]): string {
  return [approved === 'true' ? 'approved' : 'declined', reason, effect, limitIds]
    .map((word) => encodeURIComponent(word ?? ''))
    .join(':');
}

/** What `void_authorization` leaves of any approval. */
export const VOIDED = 'declined:ledger_unavailable:none:';

const LEDGER_TRANSACTION = [
  'account_id::text',
  'ledger_transaction_id::text',
  'idempotency_key',
  'kind',
  'reason',
  'transaction_token',
  'transaction_type',
  'network',
  "to_char(settlement_date, 'YYYY-MM-DD')",
  moment('user_time'),
  'acquirer_reference',
  'network_reference_id',
  'batch_number',
  'original_amount',
  'original_currency',
  'conversion_rate',
  moment('booked_at'),
];

async function readBookings(sql: Sql, keys: readonly RowKey[]): Promise<readonly SealedRow[]> {
  const parameters = [keys.map(({ accountId }) => accountId), idsOf(keys)];
  const wanted =
    'join unnest($1::bigint[], $2::bigint[]) as k (account_id, ledger_transaction_id) using (account_id, ledger_transaction_id)';
  const transactions = await sql
    .unsafe(`select ${LEDGER_TRANSACTION.join(', ')} from ledger_transactions ${wanted}`, parameters, { prepare: true })
    .values();
  const entries = await sql
    .unsafe(
      `select account_id::text, ledger_transaction_id::text, entry_number::text, book, amount_minor::text, currency
         from entries ${wanted} order by entries.account_id, entries.ledger_transaction_id, entries.entry_number`,
      parameters,
      { prepare: true },
    )
    .values();
  const entriesOf = new Map<string, Field[]>();
  for (const [accountId, id, ...entry] of entries as string[][]) {
    const key = `${accountId}:${id}`;
    const fields = entriesOf.get(key) ?? [];
    fields.push(...entry);
    entriesOf.set(key, fields);
  }
  return transactions.map((row) => {
    const fields = row as Field[];
    const [accountId, id] = fields as [string, string];
    const booked = entriesOf.get(`${accountId}:${id}`) ?? [];
    return { accountId, id, digest: digestOf('booking', [...fields, ...booked]), outcome: '' };
  });
}

async function readAuditRecords(sql: Sql, keys: readonly RowKey[]): Promise<readonly SealedRow[]> {
  const rows = await sql
    .unsafe(
      `select audit_id::text, ${moment('at')}, actor, verb, subject, detail::text from audit_records where audit_id = any($1::bigint[])`,
      [idsOf(keys)],
      { prepare: true },
    )
    .values();
  return rows.map((row) => {
    const [id, at, actor, verb, subject, detail] = row as string[];
    const fields = [id, at, actor, verb, subject, compactJson(detail ?? '')] as string[];
    return { accountId: '0', id: id as string, digest: digestOf('audit', fields), outcome: '' };
  });
}

function idsOf(keys: readonly RowKey[]): string[] {
  return keys.map(({ id }) => id);
}
