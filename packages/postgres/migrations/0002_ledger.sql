-- The ledger. account_id leads every key that the commit uses, so that one account lives on one shard (architecture.md
-- section 8). The two token indexes of decisions are the exception: a token that comes back under another account must
-- be found (money.md "two keys").

-- available = posted - held + credit line. Counters and balances are updated in place: the low fill factor keeps those
-- updates on their page (HOT), and no index covers what changes.
create table accounts (
  account_id bigint generated always as identity primary key,
  owner_kind text not null,
  owner_token text collate "C" not null,
  currency text not null,
  state text not null default 'open' check (state in ('open', 'frozen', 'closing', 'closed')),
  posted_minor bigint not null default 0,
  held_minor bigint not null default 0 check (held_minor >= 0),
  pending_credit_minor bigint not null default 0 check (pending_credit_minor >= 0),
  credit_line_minor bigint not null default 0 check (credit_line_minor >= 0),
  opened_at timestamptz not null default now(),
  unique (owner_kind, owner_token, currency),
  foreign key (owner_kind, owner_token) references owners (kind, token)
) with (fillfactor = 60);

-- One row per decision, declines too. account_id 0 is the null account: decisions without an account repeat as well.
create sequence decision_id as bigint;

create table decisions (
  account_id bigint not null,
  decision_id bigint not null default nextval('decision_id'),
  message_token text collate "C" not null,
  transaction_token text collate "C" not null,
  fingerprint uuid not null,
  method text not null,
  kind text not null,
  approved boolean not null,
  reason text,
  -- the limit that refused
  limit_id integer,
  effect text not null check (effect in ('hold', 'expected_credit', 'none')),
  amount_minor bigint not null,
  currency text not null,
  card_token text collate "C",
  owner_kind text,
  owner_token text collate "C",
  chain_token text collate "C" not null,
  counted_at timestamptz not null,
  -- the limits whose counters this decision moved
  limit_ids integer[],
  -- which arrival of the message made this decision: only its own may be voided
  attempt_id bigint,
  -- false until a record of the platform confirms the approval (money.md "doubt")
  confirmed boolean not null default false,
  decided_at timestamptz not null default now(),
  primary key (account_id, decision_id),
  check (approved = (reason is null))
);
create unique index decisions_message_token on decisions (message_token);
create unique index decisions_transaction_token on decisions (transaction_token);

-- One row per chain: what is still set aside for it.
create table holds (
  account_id bigint not null,
  chain_token text collate "C" not null,
  amount_minor bigint not null check (amount_minor >= 0),
  message_class text not null check (message_class in ('dual', 'single')),
  card_token text collate "C",
  counted_at timestamptz not null,
  expires_at timestamptz,
  opened_at timestamptz not null default now(),
  primary key (account_id, chain_token)
) with (fillfactor = 80);

-- Money promised and not yet posted: never spendable (money.md "nothing is posted on our own word").
create table expected_credits (
  account_id bigint not null,
  transaction_token text collate "C" not null,
  amount_minor bigint not null check (amount_minor >= 0),
  kind text not null,
  opened_at timestamptz not null default now(),
  primary key (account_id, transaction_token)
);

-- Per account, limit and window (money.md "Counters"): guarded by the account's lock, like all that a commit changes.
create table counters (
  account_id bigint not null,
  limit_id integer not null,
  window_start date not null,
  amount_minor bigint not null,
  count integer not null,
  primary key (account_id, limit_id, window_start)
) with (fillfactor = 60);

-- Booked money: append-only double entry (money.md "Books"). The counterpart side is a row too, never a balance row
-- that every card would queue on; it is summed when asked for.
create table ledger_transactions (
  account_id bigint not null,
  ledger_transaction_id bigint generated always as identity,
  idempotency_key text collate "C" not null,
  kind text not null,
  reason text,
  transaction_token text collate "C",
  transaction_type text,
  network text,
  settlement_date date,
  user_time timestamptz,
  acquirer_reference text,
  network_reference_id text,
  batch_number text,
  original_amount text,
  original_currency text,
  conversion_rate text,
  booked_at timestamptz not null default now(),
  primary key (account_id, ledger_transaction_id),
  unique (account_id, idempotency_key)
);

create table entries (
  account_id bigint not null,
  ledger_transaction_id bigint not null,
  entry_number smallint not null,
  -- 'account' is the account's own side; the others are counterparts
  book text not null check (book in ('account', 'settlement', 'funding', 'fees', 'adjustments', 'disputes', 'suspense')),
  amount_minor bigint not null,
  currency text not null,
  primary key (account_id, ledger_transaction_id, entry_number)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger entries_append_only before update or delete on entries for each row execute function refuse_change();
create trigger ledger_transactions_append_only before update or delete on ledger_transactions
  for each row execute function refuse_change();

-- An account's state is part of its owner's fact; so are its limits, and the limits of owner and card.
create function raise_owner_version_of_account() returns trigger language plpgsql as $$
begin
  if tg_op <> 'DELETE' then
    update owners set version = version where kind = new.owner_kind and token = new.owner_token;
  end if;
  -- Whoever had the account before must not go on paying from it.
  if tg_op <> 'INSERT' then
    update owners set version = version where kind = old.owner_kind and token = old.owner_token;
  end if;
  return null;
end $$;
create trigger accounts_owner_version
  after insert or delete or update of state, currency, owner_kind, owner_token on accounts
  for each row execute function raise_owner_version_of_account();

create function raise_version_of_limit_subject() returns trigger language plpgsql as $$
declare
  subject record;
begin
  for subject in
    select old.subject_kind as kind, old.subject_token as token where tg_op <> 'INSERT'
    union
    select new.subject_kind, new.subject_token where tg_op <> 'DELETE'
  loop
    if subject.kind = 'card' then
      update cards set version = version where token = subject.token;
    elsif subject.kind = 'account' then
      update owners o set version = o.version from accounts a
        where a.account_id = subject.token::bigint and o.kind = a.owner_kind and o.token = a.owner_token;
    else
      update owners set version = version where kind = subject.kind and token = subject.token;
    end if;
  end loop;
  return null;
end $$;
create trigger limits_subject_version after insert or update or delete on limits
  for each row execute function raise_version_of_limit_subject();
