-- Facts: what a decision may know of owners, cards and limits. Caches hold copies of them; the commit compares versions.

-- Versions come from one sequence, so that a row that is deleted and made again never shows an old version again.
create sequence fact_version as bigint;
-- It starts at the microseconds of now: another database, or this one made anew, that uses the same Redis has versions of
-- its own, so that facts of the one are never current in the other.
select setval('fact_version', (extract(epoch from clock_timestamp()) * 1000000)::bigint);

create table owners (
  kind text not null check (kind in ('user', 'business')),
  token text collate "C" not null,
  state text not null default 'active' check (state in ('unverified', 'limited', 'active', 'suspended', 'closed')),
  blocked boolean not null default false,
  blocked_categories text[] not null default '{}',
  version bigint not null default nextval('fact_version'),
  created_at timestamptz not null default now(),
  primary key (kind, token)
);

-- The platform's state and our block are two fields; neither lifts the other (money.md "status").
create table cards (
  token text collate "C" primary key,
  owner_kind text check (owner_kind in ('user', 'business')),
  owner_token text collate "C",
  state text not null default 'active' check (state in ('unactivated', 'active', 'suspended', 'terminated')),
  block text check (block in ('blocked_by_issuer', 'blocked_by_cardholder', 'lost', 'stolen')),
  expires_at timestamptz,
  blocked_categories text[] not null default '{}',
  version bigint not null default nextval('fact_version'),
  created_at timestamptz not null default now(),
  check ((owner_kind is null) = (owner_token is null))
);

create table limits (
  limit_id integer generated always as identity primary key,
  token text collate "C" not null unique,
  subject_kind text not null check (subject_kind in ('card', 'user', 'business', 'account')),
  subject_token text collate "C" not null,
  currency text not null,
  limit_window text not null check (limit_window in ('transaction', 'day', 'month')),
  max_amount_minor bigint check (max_amount_minor >= 0),
  max_count integer check (max_count >= 0),
  created_at timestamptz not null default now()
);
create index limits_subject on limits (subject_kind, subject_token);

-- Versions rise in triggers, not in our verbs, so that a change made by hand in the database is effective on the very
-- next authorization too.
create function raise_fact_version() returns trigger language plpgsql as $$
begin
  new.version := nextval('fact_version');
  return new;
end $$;

create trigger owners_version before update on owners for each row execute function raise_fact_version();
create trigger cards_version before update on cards for each row execute function raise_fact_version();
