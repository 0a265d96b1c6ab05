-- Who changed what, by the operator's verbs. Append-only.
create table audit_records (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  verb text not null,
  subject text not null,
  detail jsonb not null
);
create trigger audit_append_only before update or delete on audit_records for each row execute function refuse_change();
