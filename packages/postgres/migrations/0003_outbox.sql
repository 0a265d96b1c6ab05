-- What others must learn, written in the transaction that made it true. The relay reads rows whose transaction is older
-- than every transaction still open, ordered by (xid, seq): a row that commits late delays the relay and cannot be
-- skipped, which a bare sequence would allow.
create table outbox (
  xid xid8 not null default pg_current_xact_id(),
  seq bigint generated always as identity,
  account_id bigint not null,
  decision_id bigint not null,
  -- JSON: the request and what the gateway measured; the decision itself is joined when the row is read
  record text not null,
  created_at timestamptz not null default now(),
  primary key (xid, seq)
);

-- How far each relay has published.
create table relay_cursors (
  name text primary key,
  xid xid8 not null,
  seq bigint not null,
  moved_at timestamptz not null default now()
);
