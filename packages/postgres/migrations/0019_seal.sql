-- The sealed record (docs/decisions/0029-sealed-afterwards.md): blocks that each carry the digest of the one before, written after
-- the fact by the sweeper. A commit neither waits for them nor knows of them: decisions are found by their outbox rows.
create table seal_blocks (
  block bigint primary key,
  -- SHA-256 of the body, and what a key that the database never sees makes of it
  hash bytea not null,
  mac bytea,
  key_id text,
  -- the outbox is sealed up to here
  xid xid8 not null,
  seq bigint not null,
  sealed_at timestamptz not null,
  -- what was hashed, line by line
  body text not null
);
create trigger seal_blocks_append_only before update or delete on seal_blocks for each row execute function refuse_change();

-- What the outbox does not tell of: bookings and audit records, in the transaction that makes them. The sealer takes rows of
-- transactions that are older than every one still open, as the relay does, and deletes them with the block that has them.
create table seal_feed (
  xid xid8 not null default pg_current_xact_id(),
  seq bigint generated always as identity,
  kind text not null check (kind in ('booking', 'audit')),
  account_id bigint not null,
  id bigint not null,
  primary key (xid, seq)
);

create function feed_bookings() returns trigger language plpgsql security definer as $$
begin
  insert into seal_feed (kind, account_id, id)
    select 'booking', account_id, ledger_transaction_id from inserted order by account_id, ledger_transaction_id;
  return null;
end $$;
create function feed_audit() returns trigger language plpgsql security definer as $$
begin
  insert into seal_feed (kind, account_id, id) select 'audit', 0, audit_id from inserted order by audit_id;
  return null;
end $$;
create trigger ledger_transactions_feed after insert on ledger_transactions
  referencing new table as inserted for each statement execute function feed_bookings();
create trigger audit_feed after insert on audit_records
  referencing new table as inserted for each statement execute function feed_audit();

-- What runs with its owner's rights finds its tables where they are, whatever the caller's search_path says.
do $$
declare
  name text;
begin
  foreach name in array array['feed_bookings', 'feed_audit'] loop
    execute format('alter function %I() set search_path = pg_catalog, %I, pg_temp', name, current_schema());
  end loop;
end $$;

-- A decision's identity, amount and whose it was never change, and none is deleted. Neither trigger runs in a commit: it inserts, and
-- updates other columns.
create trigger decisions_no_delete before delete on decisions for each row execute function refuse_change();
create trigger decisions_append_only before update of account_id, decision_id, message_token, transaction_token, fingerprint, kind,
  amount_minor, currency, card_token, owner_kind, owner_token on decisions for each row execute function refuse_change();
