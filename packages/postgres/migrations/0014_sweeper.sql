-- What the sweeper heard when it asked the platform about approvals that no record has confirmed (money.md "doubt"). A row
-- goes once a record has, or the approval is gone.
create table lookups (
  transaction_token text collate "C" primary key,
  -- of the answers "not found", those that count as evidence
  times_not_found integer not null default 0,
  first_not_found_at timestamptz,
  last_not_found_at timestamptz,
  looked_up_at timestamptz not null default now(),
  next_at timestamptz not null
);
