import { type Pool, SCHEMA } from './open-pool.ts';

/**
 * The tables most people would draw. In their favour: an index for each look-up and no other, room on the pages of what is
 * updated so that no index has to be touched, and no foreign keys to check where a row is written.
 */
const TABLES = `
create table users (
  token text primary key,
  state text not null default 'active'
);

create table accounts (
  account_id bigint generated always as identity primary key,
  user_token text not null,
  currency text not null,
  state text not null default 'open',
  posted_minor bigint not null,
  held_minor bigint not null default 0 check (held_minor >= 0),
  pending_credit_minor bigint not null default 0 check (pending_credit_minor >= 0),
  unique (user_token, currency)
) with (fillfactor = 60);

create table cards (
  token text primary key,
  user_token text not null,
  state text not null default 'active',
  expires_on date not null
);

create table limits (
  limit_id integer generated always as identity primary key,
  card_token text,
  account_id bigint,
  limit_window text not null check (limit_window in ('day', 'month')),
  max_amount_minor bigint not null,
  max_count integer
);
create index limits_card on limits (card_token) where card_token is not null;
create index limits_account on limits (account_id) where account_id is not null;

create table counters (
  limit_id integer not null,
  window_start date not null,
  amount_minor bigint not null,
  count integer not null,
  primary key (limit_id, window_start)
) with (fillfactor = 60);

create table holds (
  account_id bigint not null,
  transaction_token text not null,
  chain_token text not null,
  amount_minor bigint not null,
  opened_at timestamptz not null default now(),
  primary key (account_id, transaction_token)
);

create table expected_credits (
  account_id bigint not null,
  transaction_token text not null,
  amount_minor bigint not null,
  opened_at timestamptz not null default now(),
  primary key (account_id, transaction_token)
);

create table decisions (
  decision_id bigint generated always as identity primary key,
  message_token text not null unique,
  transaction_token text not null,
  method text not null,
  user_token text not null,
  card_token text not null,
  account_id bigint,
  amount_minor bigint not null,
  currency text not null,
  reason text,
  counts integer not null,
  event_date date not null,
  decided_at timestamptz not null default now()
);`;

export async function createTables(sql: Pool): Promise<void> {
  await dropTables(sql);
  await sql.unsafe(`create schema ${SCHEMA}; ${TABLES}`);
}

export async function dropTables(sql: Pool): Promise<void> {
  await sql.unsafe(`drop schema if exists ${SCHEMA} cascade`);
}
