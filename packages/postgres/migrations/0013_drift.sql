-- By account: what brought one below zero, and what is listed of one that is closed.
create index record_exceptions_account on record_exceptions (account_id);

-- Settlement by date; what names none is found by when it was booked.
create index ledger_transactions_settled on ledger_transactions (settlement_date) where settlement_date is not null;
create index ledger_transactions_unsettled on ledger_transactions (booked_at) where settlement_date is null;

-- What was approved in our place, and what came lately.
create index records_stood_in on records (chain_token) where stand_in;
create index records_received on records (received_at);

-- money.md "agreement": what the platform said it holds, by the newest record of each account.
create table platform_balances (
  account_id bigint primary key,
  -- by these two the platform's records are ordered
  created_at timestamptz not null,
  identifier numeric not null,
  transaction_token text collate "C" not null,
  -- null: that record moved what is held and does not say to what
  held_minor bigint
) with (fillfactor = 70);

-- Where the platform's word and ours differ, the newest and the first of each kind. Listed; it moves no money.
create table drift (
  -- 0: nobody's
  account_id bigint not null,
  kind text not null check (kind in ('holds', 'posted', 'available', 'answer', 'amount')),
  currency text not null,
  -- minor units, or words where it is about an answer
  ours text not null,
  theirs text not null,
  transaction_token text collate "C" not null,
  first_ours text not null,
  first_theirs text not null,
  first_transaction_token text collate "C" not null,
  times integer not null,
  since timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (account_id, kind, currency)
);
