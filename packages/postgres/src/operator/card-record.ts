import type { CardBlock, CardState, OwnerKind } from '@freeway/core';
import { cardChanges } from './outcome.ts';
import { type Member, readCategories, readMembers } from './read-members.ts';
import { asJson, type Read, type RecordKind, type RecordRow, type RowFault, type Written } from './record-kind.ts';

/** A card. What is absent stays as it is; a new one is active, not blocked and does not expire. */
export interface CardRecord {
  readonly token: string;
  /** Who owns it, as far as we know; the platform's word corrects it (money.md *ownership*). */
  readonly user?: string;
  readonly business?: string;
  /** The platform's state. */
  readonly state?: CardState;
  /** Our own block; null lifts it and leaves the platform's state alone (money.md *status*). */
  readonly block?: CardBlock | null;
  /** Last month of validity, `YYYY-MM`: valid to its end, UTC. */
  readonly expires?: string;
  readonly blocked_categories?: readonly string[];
}

export interface CardRow extends RecordRow {
  readonly token: string;
  readonly owner_kind: OwnerKind | undefined;
  readonly owner_token: string | undefined;
  readonly owner_in_file?: boolean;
  readonly state: string | undefined;
  /** `none` lifts; absent leaves. */
  readonly block: string | undefined;
  readonly expires_at: string | undefined;
  readonly blocked_categories: readonly string[] | undefined;
}

const MEMBERS: Readonly<Record<string, Member>> = {
  token: { kind: 'text', required: true },
  user: { kind: 'text' },
  business: { kind: 'text' },
  state: { kind: 'text', choices: ['unactivated', 'active', 'suspended', 'terminated'] },
  block: { kind: 'text', nullable: true, choices: ['blocked_by_issuer', 'blocked_by_cardholder', 'lost', 'stolen'] },
  expires: { kind: 'text' },
  blocked_categories: { kind: 'texts' },
};

export const CARD_RECORDS: RecordKind<CardRow> = {
  read: readCard,
  keys: (row) => [`card:${row.token}`],
  references: (row) =>
    row.owner_token === undefined ? [] : [{ member: 'owner_in_file', key: `${row.owner_kind}:${row.owner_token}` }],
  check: checkCards,
  write: writeCards,
  changes: (row) => cardChanges(row.token),
};

function readCard(record: object, line: number): Read<CardRow> {
  const members = readMembers(record, MEMBERS);
  const owner = members.owner('optional');
  const expires = members.text('expires');
  if (expires !== undefined && !/^2\d{3}-(0[1-9]|1[0-2])$/.test(expires))
    members.fault('expires must be a month such as 2029-12');
  const row = {
    line,
    token: members.token('token'),
    owner_kind: owner?.kind,
    owner_token: owner?.token,
    state: members.text('state'),
    block: members.isNull('block') ? 'none' : members.text('block'),
    expires_at: expires === undefined ? undefined : monthAfter(expires),
    blocked_categories: readCategories(members),
  };
  const message = members.faults();
  return message === undefined ? { ok: true, row } : { ok: false, message };
}

/** First instant after a month, UTC. */
function monthAfter(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  return `${next}-01T00:00:00Z`;
}

async function checkCards(
  sql: Parameters<RecordKind['check']>[0],
  rows: readonly CardRow[],
): Promise<readonly RowFault[]> {
  const faulty = await sql<{ line: number; owner_kind: string; owner_token: string }[]>`
    select r.line, r.owner_kind, r.owner_token
      from jsonb_to_recordset(${asJson(rows)}::text::jsonb)
        as r (line integer, owner_kind text, owner_token text, owner_in_file boolean)
      left join owners o on o.kind = r.owner_kind and o.token = r.owner_token
      where r.owner_token is not null and o.token is null and r.owner_in_file is not true`;
  return faulty.map(({ line, owner_kind, owner_token }) => ({
    line,
    code: 'unknown_owner',
    message: `there is no ${owner_kind} ${owner_token}`,
  }));
}

function writeCards(
  sql: Parameters<RecordKind['write']>[0],
  rows: readonly CardRow[],
  { actor, verb, source, apply }: Parameters<RecordKind['write']>[2],
): Promise<readonly Written[]> {
  return sql<Written[]>`
    with given as (
      select * from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r (line integer, token text, owner_kind text,
        owner_token text, state text, block text, expires_at timestamptz, blocked_categories text[])
    ), put as (
      select g.line, g.token, coalesce(g.owner_kind, c.owner_kind) as owner_kind, coalesce(g.owner_token, c.owner_token) as owner_token,
             coalesce(g.state, c.state, 'active') as state, nullif(coalesce(g.block, c.block), 'none') as block,
             coalesce(g.expires_at, c.expires_at) as expires_at,
             coalesce(g.blocked_categories, c.blocked_categories, '{}') as blocked_categories, c as old
        from given g left join cards c on c.token = g.token
    ), compared as (
      select p.*, case
          when (p.old).token is null then 'created'
          when (p.owner_kind, p.owner_token, p.state, p.block, p.expires_at, p.blocked_categories) is distinct from
            ((p.old).owner_kind, (p.old).owner_token, (p.old).state, (p.old).block, (p.old).expires_at, (p.old).blocked_categories)
            then 'updated'
          else 'unchanged' end as status
        from put p
    ), written as (
      insert into cards (token, owner_kind, owner_token, state, block, expires_at, blocked_categories)
        select token, owner_kind, owner_token, state, block, expires_at, blocked_categories
        from compared where status <> 'unchanged' and ${apply} order by line
        on conflict (token) do update set owner_kind = excluded.owner_kind, owner_token = excluded.owner_token,
          state = excluded.state, block = excluded.block, expires_at = excluded.expires_at,
          blocked_categories = excluded.blocked_categories
    ), audited as (
      insert into audit_records (actor, verb, subject, detail)
        select ${actor}, ${verb}, 'card:' || token, jsonb_strip_nulls(jsonb_build_object('status', status,
               'owner', owner_kind || ':' || owner_token, 'state', state, 'block', block, 'expires_at', expires_at,
               'blocked_categories', blocked_categories, 'source', ${source ?? null}::text))
        from compared where status <> 'unchanged' and ${apply} order by line
    )
    select line, status from compared order by line`;
}
