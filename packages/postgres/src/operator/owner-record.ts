import type { OwnerKind, OwnerState } from '@freeway/core';
import { ownerChanges } from './outcome.ts';
import { type Member, readCategories, readMembers } from './read-members.ts';
import { asJson, type Read, type RecordKind, type RecordRow, type Written } from './record-kind.ts';

/** A user or business. What is absent stays as it is; a new one is active and not blocked. */
export interface OwnerRecord {
  readonly token: string;
  /** The platform's state; our block is a field of its own and neither lifts the other (money.md *status*). */
  readonly state?: OwnerState;
  readonly blocked?: boolean;
  /** Merchant category codes. */
  readonly blocked_categories?: readonly string[];
}

export interface OwnerRow extends RecordRow {
  readonly kind: OwnerKind;
  readonly token: string;
  readonly state: string | undefined;
  readonly blocked: boolean | undefined;
  readonly blocked_categories: readonly string[] | undefined;
}

const MEMBERS: Readonly<Record<string, Member>> = {
  token: { kind: 'text', required: true },
  state: { kind: 'text', choices: ['unverified', 'limited', 'active', 'suspended', 'closed'] },
  blocked: { kind: 'flag' },
  blocked_categories: { kind: 'texts' },
};

/** Users, or businesses. */
export function ownerRecords(kind: OwnerKind): RecordKind<OwnerRow> {
  return {
    read: (record, line) => readOwner(kind, record, line),
    keys: (row) => [`${row.kind}:${row.token}`],
    references: () => [],
    check: () => Promise.resolve([]),
    write: writeOwners,
    changes: (row) => ownerChanges(row),
  };
}

function readOwner(kind: OwnerKind, record: object, line: number): Read<OwnerRow> {
  const members = readMembers(record, MEMBERS);
  const row = {
    line,
    kind,
    token: members.token('token'),
    state: members.text('state'),
    blocked: members.flag('blocked'),
    blocked_categories: readCategories(members),
  };
  const message = members.faults();
  return message === undefined ? { ok: true, row } : { ok: false, message };
}

const writeOwners: RecordKind<OwnerRow>['write'] = (sql, rows, { actor, verb, source, apply }) => sql<Written[]>`
  with given as (
    select * from jsonb_to_recordset(${asJson(rows)}::text::jsonb)
      as r (line integer, kind text, token text, state text, blocked boolean, blocked_categories text[])
  ), put as (
    select g.line, g.kind, g.token, coalesce(g.state, o.state, 'active') as state, coalesce(g.blocked, o.blocked, false) as blocked,
           coalesce(g.blocked_categories, o.blocked_categories, '{}') as blocked_categories,
           o.token as known, o.state as old_state, o.blocked as old_blocked, o.blocked_categories as old_categories
      from given g left join owners o on o.kind = g.kind and o.token = g.token
  ), compared as (
    select p.*, case
        when p.known is null then 'created'
        when (p.state, p.blocked, p.blocked_categories) = (p.old_state, p.old_blocked, p.old_categories) then 'unchanged'
        else 'updated' end as status
      from put p
  ), written as (
    insert into owners (kind, token, state, blocked, blocked_categories)
      select kind, token, state, blocked, blocked_categories from compared where status <> 'unchanged' and ${apply} order by line
      on conflict (kind, token) do update set
        state = excluded.state, blocked = excluded.blocked, blocked_categories = excluded.blocked_categories
  ), audited as (
    insert into audit_records (actor, verb, subject, detail)
      select ${actor}, ${verb}, kind || ':' || token, jsonb_strip_nulls(jsonb_build_object('status', status, 'state', state,
             'blocked', blocked, 'blocked_categories', blocked_categories, 'source', ${source ?? null}::text))
      from compared where status <> 'unchanged' and ${apply} order by line
  )
  select line, status from compared order by line`;
