-- The commit learns of records (0011_records.sql). As before, and besides: a proposal that records came before reserves
-- nothing, its chain is folded anew (money.md "outcome", "chains are folds"); a chain is held under the name that records gave it.
drop function authorize_batch;

create function authorize_batch(
  p_skip_locked boolean,
  p_message_token text[], p_transaction_token text[], p_fingerprint uuid[], p_account_id bigint[],
  p_owner_kind text[], p_owner_token text[], p_owner_version bigint[],
  p_acting_token text[], p_acting_version bigint[],
  p_card_token text[], p_card_version bigint[],
  p_approved boolean[], p_reason text[], p_limit_id integer[],
  p_method text[], p_kind text[], p_effect text[], p_message_class text[],
  p_amount bigint[], p_currency text[], p_chain_token text[], p_chain_max bigint[],
  p_counted_at timestamptz[], p_created_at timestamptz[], p_expires_at timestamptz[], p_record text[], p_attempt_id bigint[],
  p_counters_from integer[], p_counters_to integer[],
  p_c_index integer[], p_c_account bigint[], p_c_limit integer[], p_c_window text[], p_c_window_start date[],
  p_c_amount bigint[], p_c_count integer[], p_c_max_amount bigint[], p_c_max_count integer[]
) returns table (
  status text, decision_id bigint, approved boolean, reason text, limit_id integer,
  posted_minor bigint, held_minor bigint, pending_credit_minor bigint, credit_line_minor bigint
) language plpgsql volatile as $$
#variable_conflict use_column
declare
  -- 1 to be written, 2 repeat, 3 token reused, 4 stale, 5 busy
  v_status smallint[];
  v_decision_id bigint[];
  v_approved boolean[];
  v_reason text[];
  v_limit integer[];
  -- approvals that take money or counters and are to be written
  v_taking boolean[];
  v_short_accounts bigint[];
  -- where the decision of a repeat is stored
  v_stored_account bigint[];
  v_locked bigint[];
  -- the chain of a proposal, by the name that records gave it
  v_chain_token text[];
  -- records came first: of the transaction itself, or of what follows it
  v_overtaken boolean[];
  v_written integer;
  v_inserted integer;
begin
  -- Sorted, so that two batches never wait for each other in a circle.
  if p_skip_locked then
    select coalesce(array_agg(l.account_id), '{}') into v_locked from (
      select account_id from accounts where account_id = any (p_account_id) order by account_id for no key update skip locked) l;
  else
    perform 1 from accounts where account_id = any (p_account_id) order by account_id for no key update;
  end if;

  -- money.md "two keys": one effect for each transaction, whoever reports it. What records know is not reserved once more.
  select array_agg(coalesce(f.chain_token, r.chain_token) order by r.i),
         array_agg(f.chain_token is not null and (r.kind <> 'increment' or f.is_own) order by r.i)
    into v_chain_token, v_overtaken
    from unnest(p_transaction_token, p_message_token, p_chain_token, p_currency, p_kind)
         with ordinality as r (transaction_token, message_token, chain_token, currency, kind, i)
    left join lateral (
      select l.chain_token, k.rank < 3 as is_own
        from (values (1, 't:' || r.currency || ':' || r.transaction_token), (2, 'm:' || r.currency || ':' || r.message_token),
                     (3, 't:' || r.currency || ':' || r.chain_token)) as k (rank, link)
        join chain_links l on l.link = k.link
        order by k.rank, l.chain_token limit 1
    ) f on true;

  select array_agg(s.status order by s.i), array_agg(s.decision_id order by s.i), array_agg(s.approved order by s.i),
         array_agg(s.reason order by s.i), array_agg(s.limit_id order by s.i),
         array_agg(s.status = 1 and s.approved and s.effect = 'hold' and not s.overtaken order by s.i), array_agg(s.stored_account order by s.i)
    into v_status, v_decision_id, v_approved, v_reason, v_limit, v_taking, v_stored_account
    from (
      select r.i, r.effect, r.overtaken, d.account_id as stored_account,
             case
               when p_skip_locked and a.account_id <> all (v_locked) then 5
               when d.decision_id is not null then case when d.fingerprint = r.fingerprint then 2 else 3 end
               when r.owner_version <> coalesce((select o.version from owners o where o.kind = r.owner_kind and o.token = r.owner_token), 0)
                 or r.acting_version <> coalesce((select o.version from owners o where o.kind = 'user' and o.token = r.acting_token), 0)
                 or r.card_version <> coalesce((select c.version from cards c where c.token = r.card_token), 0)
                 -- A cached fact may come from another ledger altogether: the account must be the payer's, in its currency.
                 or (r.account_id <> 0 and r.owner_version is not null and (a.owner_kind, a.owner_token, a.currency) is distinct from (r.owner_kind, r.owner_token, r.currency)) then 4
               else 1
             end::smallint as status,
             case when d.decision_id is not null then d.decision_id else nextval('decision_id') end as decision_id,
             case when d.decision_id is not null then d.approved else r.approved end as approved,
             case when d.decision_id is not null then d.reason else r.reason end as reason,
             case when d.decision_id is not null then d.limit_id else r.limit_id end as limit_id
        from unnest(p_message_token, p_transaction_token, p_fingerprint, p_account_id, p_currency, p_owner_kind, p_owner_token, p_owner_version,
                    p_acting_token, p_acting_version, p_card_token, p_card_version, p_approved, p_reason, p_limit_id, p_effect, v_overtaken)
             with ordinality as r (message_token, transaction_token, fingerprint, account_id, currency, owner_kind, owner_token, owner_version,
                    acting_token, acting_version, card_token, card_version, approved, reason, limit_id, effect, overtaken, i)
        left join accounts a on a.account_id = r.account_id
        left join lateral (
          select 1 as rank, k.account_id, k.decision_id, k.fingerprint, k.approved, k.reason, k.limit_id
            from decisions k where k.message_token = r.message_token
          union all
          select 2, k.account_id, k.decision_id, k.fingerprint, k.approved, k.reason, k.limit_id
            from decisions k where k.transaction_token = r.transaction_token
          order by rank limit 1
        ) d on true
    ) s;

  -- Whoever is told of an approval by a repeat has been told: the arrival that made it may no longer void it.
  if 2 = any (v_status) then
    update decisions k set attempt_id = null
      from unnest(v_status, v_stored_account, v_decision_id, p_attempt_id) as r (status, account_id, decision_id, attempt_id)
      where r.status = 2 and k.account_id = r.account_id and k.decision_id = r.decision_id
        and k.approved and k.attempt_id is not null and k.attempt_id is distinct from r.attempt_id;
  end if;

  -- Set-based: an account on which everything fits needs no look at the order of its requests.
  select array_agg(f.account_id) into v_short_accounts from (
    select r.account_id
      from unnest(p_account_id, p_amount, v_taking) as r (account_id, amount, taking)
      join accounts a on a.account_id = r.account_id
      where r.taking
      group by r.account_id, a.posted_minor, a.held_minor, a.credit_line_minor
      having sum(r.amount) > a.posted_minor::numeric - a.held_minor + a.credit_line_minor
    union
    select c.account_id
      from unnest(p_c_index, p_c_account, p_c_limit, p_c_window_start, p_c_amount, p_c_count, p_c_max_amount, p_c_max_count)
           as c (i, account_id, limit_id, window_start, amount, count, max_amount, max_count)
      left join counters k on k.account_id = c.account_id and k.limit_id = c.limit_id and k.window_start = c.window_start
      where v_taking[c.i]
      group by c.account_id, c.limit_id, c.window_start, k.amount_minor, k.count
      having coalesce(k.amount_minor, 0) + sum(c.amount) > min(c.max_amount)
          or coalesce(k.count, 0) + sum(c.count) > min(c.max_count)
    union
    select r.account_id
      from unnest(p_account_id, p_amount, v_chain_token, p_chain_max, v_taking) as r (account_id, amount, chain_token, chain_max, taking)
      left join holds h on h.account_id = r.account_id and h.chain_token = r.chain_token
      where r.taking and r.chain_token in (
        select m.chain_token from unnest(v_chain_token, p_chain_max) as m (chain_token, chain_max) where m.chain_max is not null)
      group by r.account_id, r.chain_token, h.amount_minor
      having coalesce(h.amount_minor, 0) + sum(r.amount) > min(r.chain_max)
  ) f;

  -- Exact: the other accounts go request by request, in order of arrival.
  if v_short_accounts is not null then
    select x.approved, x.reason, x.limit_id into v_approved, v_reason, v_limit
      from authorize_in_order(v_short_accounts, v_taking, v_approved, v_reason, v_limit,
             p_account_id, p_amount, v_chain_token, p_chain_max, p_counters_from, p_counters_to,
             p_c_limit, p_c_window, p_c_window_start, p_c_amount, p_c_count, p_c_max_amount, p_c_max_count) x;
    select array_agg(t.taking and t.approved order by t.i) into v_taking
      from unnest(v_taking, v_approved) with ordinality as t (taking, approved, i);
  end if;

  -- After this point, the batch must succeed.
  with r as materialized (
    select * from unnest(v_status, v_decision_id, v_approved, v_reason, v_limit, v_taking, p_account_id, p_message_token,
        p_transaction_token, p_fingerprint, p_method, p_kind, p_effect, p_message_class, p_amount, p_currency, p_card_token,
        p_owner_kind, p_owner_token, v_chain_token, p_counted_at, p_created_at, p_expires_at, p_record, p_attempt_id, p_counters_from,
        p_counters_to, v_overtaken, p_chain_token)
      with ordinality as r (status, decision_id, approved, reason, limit_id, taking, account_id, message_token,
        transaction_token, fingerprint, method, kind, effect, message_class, amount, currency, card_token,
        owner_kind, owner_token, chain_token, counted_at, created_at, expires_at, record, attempt_id, counters_from,
        counters_to, overtaken, proposed_chain, i)
      where r.status = 1
  ), decided as (
    insert into decisions (account_id, decision_id, message_token, transaction_token, fingerprint, method, kind, approved,
        reason, limit_id, effect, amount_minor, currency, card_token, owner_kind, owner_token, chain_token, follows_token,
        counted_at, created_at, expires_at, overtaken, limit_ids, attempt_id)
      select r.account_id, r.decision_id, r.message_token, r.transaction_token, r.fingerprint, r.method, r.kind, r.approved,
        r.reason, r.limit_id, case when r.approved then r.effect else 'none' end, r.amount, r.currency, r.card_token,
        r.owner_kind, r.owner_token, r.chain_token,
        -- What it was proposed to follow may be another chain that records know: the fold finds that they are one.
        nullif(r.proposed_chain, r.chain_token),
        r.counted_at, r.created_at, r.expires_at, r.overtaken,
        case when r.taking and r.counters_to >= r.counters_from then p_c_limit[r.counters_from:r.counters_to] end,
        r.attempt_id
      from r order by r.message_token
      on conflict do nothing returning 1
  ), held as (
    insert into holds as h (account_id, chain_token, amount_minor, message_class, card_token, counted_at, expires_at)
      select r.account_id, r.chain_token, sum(r.amount), (array_agg(r.message_class order by r.i))[1],
        (array_agg(r.card_token order by r.i))[1], (array_agg(r.counted_at order by r.i))[1], max(r.expires_at)
      from r where r.taking group by r.account_id, r.chain_token
      on conflict (account_id, chain_token) do update set
        amount_minor = h.amount_minor + excluded.amount_minor,
        expires_at = greatest(h.expires_at, excluded.expires_at)
  ), expected as (
    insert into expected_credits (account_id, transaction_token, amount_minor, kind)
      select r.account_id, r.transaction_token, r.amount, r.kind from r where r.approved and r.effect = 'expected_credit' and not r.overtaken
  ), counted as (
    insert into counters as k (account_id, limit_id, window_start, amount_minor, count)
      select c.account_id, c.limit_id, c.window_start, sum(c.amount), sum(c.count)
      from unnest(p_c_index, p_c_account, p_c_limit, p_c_window_start, p_c_amount, p_c_count)
           as c (i, account_id, limit_id, window_start, amount, count)
      where v_taking[c.i] group by c.account_id, c.limit_id, c.window_start
      on conflict (account_id, limit_id, window_start) do update set
        amount_minor = k.amount_minor + excluded.amount_minor, count = k.count + excluded.count
  ), balanced as (
    update accounts a set held_minor = a.held_minor + m.held, pending_credit_minor = a.pending_credit_minor + m.pending
      from (
        select r.account_id, coalesce(sum(r.amount) filter (where r.taking), 0) as held,
               coalesce(sum(r.amount) filter (where r.effect = 'expected_credit' and not r.overtaken), 0) as pending
          from r where r.approved and r.effect <> 'none' group by r.account_id
      ) m
      where a.account_id = m.account_id
  ), again as (
    -- An increment too: by its time it may come before what has happened to the chain already. And a decline of what the
    -- platform has spoken of, which that word is about.
    insert into refolds (chain_token, currency)
      select distinct r.chain_token, r.currency from r join chains c on c.chain_token = r.chain_token and c.currency = r.currency
        where r.overtaken or (r.approved and r.effect <> 'none')
      on conflict do nothing
  ), told as (
    insert into outbox (account_id, decision_id, record) select r.account_id, r.decision_id, r.record from r order by r.i
  )
  select (select count(*) from r), (select count(*) from decided) into v_written, v_inserted;

  if v_inserted < v_written then
    raise exception 'a token was stored by another transaction meanwhile' using errcode = 'FW409';
  end if;

  return query
    select (array['committed', 'repeat', 'token_reused', 'stale', 'busy'])[r.status], r.decision_id, r.approved, r.reason, r.limit_id,
           a.posted_minor, a.held_minor, a.pending_credit_minor, a.credit_line_minor
      from unnest(v_status, v_decision_id, v_approved, v_reason, v_limit, p_account_id, p_kind)
           with ordinality as r (status, decision_id, approved, reason, limit_id, account_id, kind, i)
      left join accounts a on a.account_id = r.account_id and r.kind = 'balance_inquiry'
      order by r.i;
end $$;

-- As before (0006_void.sql), and besides: where records know the chain, the fold decides what is held, and a transaction
-- that the platform has spoken of is not undone by us.
create or replace function void_authorization(p_message_token text, p_attempt_id bigint) returns text language plpgsql volatile as $$
#variable_conflict use_column
declare
  d record;
  v_chain text;
begin
  select k.account_id into d from decisions k where k.message_token = p_message_token;
  if not found then return 'absent'; end if;
  perform 1 from accounts where account_id = d.account_id for no key update;
  select * into d from decisions k where k.message_token = p_message_token;
  if not d.approved then return 'declined'; end if;
  if d.attempt_id is distinct from p_attempt_id then return 'answered'; end if;
  if d.platform_outcome = 'refused' then return 'declined'; end if;
  if d.confirmed then return 'confirmed'; end if;
  select c.chain_token into v_chain from chains c where c.chain_token = d.chain_token and c.currency = d.currency;

  if v_chain is not null then
    insert into refolds (chain_token, currency) values (v_chain, d.currency) on conflict do nothing;
  elsif d.effect = 'hold' then
    update holds set amount_minor = amount_minor - d.amount_minor
      where account_id = d.account_id and chain_token = d.chain_token;
    update accounts set held_minor = held_minor - d.amount_minor where account_id = d.account_id;
  elsif d.effect = 'expected_credit' then
    delete from expected_credits where account_id = d.account_id and transaction_token = d.transaction_token;
    update accounts set pending_credit_minor = pending_credit_minor - d.amount_minor where account_id = d.account_id;
  end if;
  if d.effect = 'hold' then
    -- money.md "back in full": amount and count, in the window where it counted. Every limit may be looked at before those
    -- that counted are picked, and a limit of one transaction has no window.
    update counters k set amount_minor = k.amount_minor - d.amount_minor,
        count = k.count - case when d.kind = 'increment' then 0 else 1 end
      from limits l
      where k.account_id = d.account_id and k.limit_id = any (d.limit_ids) and l.limit_id = k.limit_id
        and k.window_start = date_trunc(case l.limit_window when 'month' then 'month' else 'day' end, d.counted_at at time zone 'UTC')::date;
  end if;

  update decisions set approved = false, reason = 'ledger_unavailable', effect = 'none', limit_ids = null
    where account_id = d.account_id and decision_id = d.decision_id;
  insert into outbox (account_id, decision_id, record) values (d.account_id, d.decision_id, '{"source":"void"}');
  return 'voided';
end $$;
