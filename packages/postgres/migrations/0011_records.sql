-- What the platform says happened, and what each chain of it comes to (money.md "chains are folds"). A chain lives where
-- its first event books; until that is known it may move, so these keys go by token and not by account (as those of
-- decisions do).

-- money.md "nobody's money": the owner of one suspense account for each currency.
alter table owners drop constraint owners_kind_check;
alter table owners add constraint owners_kind_check check (kind in ('user', 'business', 'system'));

-- One row for each distinct word about a transaction. `content` is everything the fold needs, JSON.
create table records (
  record_id bigint generated always as identity primary key,
  chain_token text collate "C" not null,
  transaction_token text collate "C" not null,
  digest uuid not null,
  type text not null,
  state text not null,
  effect text not null,
  outcome text not null check (outcome in ('approved', 'refused', 'contradictory')),
  stand_in boolean not null,
  amount_minor bigint not null,
  currency text not null,
  created_at timestamptz not null,
  content text not null,
  received_at timestamptz not null default now(),
  unique (transaction_token, digest)
);
create index records_chain on records (chain_token, currency);

create table chains (
  chain_token text collate "C" not null,
  currency text not null,
  -- 0: it books nothing, and nobody is known
  account_id bigint not null,
  -- the operator's word, which beats the chain's first event
  assigned_account_id bigint,
  -- the limits it counts against where no decision opened it, and the account and transaction they were looked up for
  limit_ids integer[],
  limits_of text collate "C",
  closed boolean not null,
  folded_at timestamptz not null default now(),
  primary key (chain_token, currency)
) with (fillfactor = 80);

-- What leads to a chain of its currency: 't:' a transaction and 'm:' a message, its own or one that it names; 'o:', 'l:' and 'r:' what a
-- whole life shares (order, life cycle, acquirer reference). `seeks`: a member that names nobody looks for others by it.
create table chain_links (
  link text collate "C" not null,
  chain_token text collate "C" not null,
  -- of the chain, and part of the link
  currency text not null,
  seeks boolean not null default false,
  primary key (link, chain_token)
);
create index chain_links_chain on chain_links (chain_token, currency);

-- What a chain counts beyond what its decisions took themselves, or less: counters = decisions + these.
create table chain_counts (
  account_id bigint not null,
  chain_token text collate "C" not null,
  limit_id integer not null,
  window_start date not null,
  amount_minor bigint not null,
  count integer not null,
  primary key (account_id, chain_token, limit_id, window_start)
);
create index chain_counts_chain on chain_counts (chain_token);

-- The list that an operator works through. `explained`: what came later explained it.
create table record_exceptions (
  exception_id bigint generated always as identity primary key,
  chain_token text collate "C" not null,
  transaction_token text collate "C" not null,
  reason text not null,
  account_id bigint not null,
  amount_minor bigint not null,
  currency text not null,
  state text not null default 'open' check (state in ('open', 'explained', 'resolved')),
  raised_at timestamptz not null default now(),
  settled_at timestamptz,
  settled_by text,
  note text,
  unique (chain_token, currency, transaction_token, reason)
);
create index record_exceptions_open on record_exceptions (exception_id) where state = 'open';

-- Chains that a commit has touched after records had: the transaction worker folds them anew.
create table refolds (
  chain_token text collate "C" not null,
  currency text not null,
  requested_at timestamptz not null default now(),
  primary key (chain_token, currency)
);

create index ledger_transactions_transaction on ledger_transactions (transaction_token) where transaction_token is not null;
create index entries_book on entries (book, account_id) where book <> 'account';

alter table decisions
  -- when the platform made the transaction; a chain is ordered by it
  add column created_at timestamptz,
  add column expires_at timestamptz,
  -- what the platform's record said of it (money.md "outcome"); null until one came
  add column platform_outcome text check (platform_outcome in ('approved', 'refused')),
  -- the chain it was proposed in, where records have given that another name
  add column follows_token text collate "C",
  -- records of its chain came before it: it moved nothing itself, the fold does
  add column overtaken boolean not null default false;
-- Only what follows another transaction: its own token finds the rest.
create index decisions_followers on decisions (chain_token) where chain_token <> transaction_token;
