-- The archive where MONGODB_URI is unset: what was decided and what was received, kept as it was.
create table archive_decisions (
  -- "C": ids compare byte by byte, here as in MongoDB, whatever the database's locale
  id text collate "C" primary key,
  transaction_token text,
  account_id text,
  card_token text,
  occurred_at timestamptz not null,
  -- json and not jsonb: jsonb reorders members and refuses \u0000, which others may send
  content json not null
);

-- Each ends in the order of reading, newest first. The first also serves retention.
create index on archive_decisions (occurred_at desc, id desc);
create index on archive_decisions (transaction_token, occurred_at desc, id desc) where transaction_token is not null;
create index on archive_decisions (account_id, occurred_at desc, id desc) where account_id is not null;
create index on archive_decisions (card_token, occurred_at desc, id desc) where card_token is not null;

create table archive_messages (like archive_decisions including all);
