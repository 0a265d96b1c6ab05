-- The commit, cheaper (docs/performance.md). As before (0012_commit.sql), but for what a batch looks like nearly always:
-- every request new, known to no record, on current facts, and within all bounds. Then
-- * the caller's sums are what is booked: accounts and counters come once each, with the most that the batch can take;
-- * only requests that are not so are told apart (`v_odd`), and only then sums are made anew.
-- Rows that the function keeps: one array of them is one aggregate, and aggregates are what a small batch pays most for.
create type locked_account as (account_id bigint, row tid, available numeric, owner_kind text, owner_token text, currency text);
create type odd_request as (i integer, status smallint, account_id bigint, decision_id bigint, approved boolean, reason text, limit_id integer);
create function authorize_batch(
  p_skip_locked boolean,
  p_chains_meet boolean, -- two requests are of one chain
  p_changes integer, -- accounts and counters that change when all goes as proposed
  -- What the archive shall know, request by request, with an RS (U+001E) between: no quoting, which JSON would make dear.
  p_records text,
  -- Accounts of the batch, sorted, each once, with the sum of the holds proposed for it.
  p_accounts bigint[], p_account_amount bigint[],
  -- One of each for a request, in order of arrival. p_place: of its account in p_accounts; null is the null account.
  p_place integer[], p_message_token text[], p_transaction_token text[], p_fingerprint uuid[],
  p_owner_kind text[], p_owner_token text[], p_owner_version bigint[], p_acting_token text[], p_acting_version bigint[],
  p_card_token text[], p_card_version bigint[],
  -- p_taking: an approval that holds money
  p_approved boolean[], p_taking boolean[], p_reason text[], p_limit_id integer[],
  p_method text[], p_kind text[], p_effect text[], p_message_class text[],
  p_amount bigint[], p_currency text[], p_chain_token text[], p_chain_max bigint[], p_limit_ids text[], p_attempt_id bigint[],
  -- milliseconds since the epoch
  p_counted_at float8[], p_created_at float8[], p_expires_at float8[],
  -- Counters, each once, with the sum of what is proposed and the lowest bound; p_k_place: of its account.
  p_k_place integer[], p_k_limit integer[], p_k_window text[], p_k_start date[],
  p_k_amount bigint[], p_k_count integer[], p_k_max_amount bigint[], p_k_max_count integer[],
  -- What each request takes from which counter: of request i at p_c_from[i] .. p_c_from[i + 1] - 1.
  p_c_from integer[], p_c_counter integer[], p_c_amount bigint[], p_c_count integer[], p_c_max_amount bigint[], p_c_max_count integer[]
) returns table (
  -- Null: every request was committed as it was proposed.
  statuses text[], decision_ids bigint[], approvals boolean[], reasons text[], limit_ids integer[],
  -- For balance inquiries.
  posted_minor bigint[], held_minor bigint[], pending_credit_minor bigint[], credit_line_minor bigint[]
) language plpgsql volatile as $$
#variable_conflict use_column
declare
  c_requests constant integer := cardinality(p_place);
  -- by place
  v_locked locked_account[]; v_busy boolean[];
  v_held bigint[] := p_account_amount;
  v_short integer[];
  -- by request: 1 to be written, 2 repeat, 3 token reused, 4 stale, 5 busy
  v_status smallint[] := array_fill(1::smallint, array[c_requests]);
  v_decision_id bigint[];
  v_approved boolean[] := p_approved; v_taking boolean[] := p_taking;
  v_reason text[] := p_reason; v_limit integer[] := p_limit_id;
  -- the chain, by the name that records gave it, and whether they came first: of the transaction, or of what follows it
  v_chain text[] := p_chain_token;
  v_overtaken boolean[];
  -- by counter
  v_k_amount bigint[] := p_k_amount; v_k_count integer[] := p_k_count; v_k_row tid[];
  -- requests that are not to be written, why, and what is stored of them
  v_odd odd_request[]; v_one odd_request;
  v_linked boolean; v_as_proposed boolean; v_changes integer := p_changes; v_changed integer;
  i integer; j integer; k integer;
begin
  -- Sorted, so that two batches never wait for each other in a circle. What is read of a locked row is its newest version.
  if p_skip_locked then
    select array_agg((l.account_id, l.ctid, l.available, l.owner_kind, l.owner_token, l.currency)::locked_account) into v_locked
      from (select a.account_id, a.ctid, a.posted_minor::numeric - a.held_minor + a.credit_line_minor as available, a.owner_kind, a.owner_token, a.currency
              from accounts a where a.account_id = any (p_accounts) order by a.account_id for no key update skip locked) l;
  else
    select array_agg((l.account_id, l.ctid, l.available, l.owner_kind, l.owner_token, l.currency)::locked_account) into v_locked
      from (select a.account_id, a.ctid, a.posted_minor::numeric - a.held_minor + a.credit_line_minor as available, a.owner_kind, a.owner_token, a.currency
              from accounts a where a.account_id = any (p_accounts) order by a.account_id for no key update) l;
  end if;
  if coalesce(cardinality(v_locked), 0) < cardinality(p_accounts) then
    -- Some are locked by others, or gone: the rest at their places.
    select array_agg(l order by p.place),
           array_agg(l.account_id is null and exists (select from accounts a where a.account_id = p.account_id) order by p.place)
      into v_locked, v_busy
      from unnest(p_accounts) with ordinality as p (account_id, place)
      left join unnest(v_locked) as l on l.account_id = p.account_id;
  end if;

  -- money.md "two keys": one effect for each transaction, whoever reports it. What records know is not reserved once more.
  -- And where each counter is, and the accounts of those for which the most that can be taken is too much.
  select s.odd, s.linked, k.rows, k.short, (select array_agg(nextval('decision_id')) from generate_series(1, c_requests))
    into v_odd, v_linked, v_k_row, v_short, v_decision_id
    from (
      select array_agg(row(s.i, s.status, s.account_id, s.decision_id, s.approved, s.reason, s.limit_id)::odd_request) filter (where s.status > 1) as odd,
             coalesce(bool_or(s.linked), false) as linked
      from (
        select r.i, l.linked,
               coalesce(m.account_id, t.account_id) as account_id, coalesce(m.decision_id, t.decision_id) as decision_id,
               case when m.decision_id is not null then m.approved else t.approved end as approved,
               case when m.decision_id is not null then m.reason else t.reason end as reason,
               case when m.decision_id is not null then m.limit_id else t.limit_id end as limit_id,
               case
                 when v_busy[r.place] then 5
                 when m.decision_id is not null then case when m.fingerprint = r.fingerprint then 2 else 3 end
                 when t.decision_id is not null then case when t.fingerprint = r.fingerprint then 2 else 3 end
                 when r.owner_version <> coalesce(o.version, 0) or r.acting_version <> coalesce(u.version, 0) or r.card_version <> coalesce(c.version, 0)
                   -- A cached fact may come from another ledger altogether: the account must be the payer's, in its currency.
                   or (r.place is not null and r.owner_version is not null and
                       ((v_locked[r.place]).owner_kind, (v_locked[r.place]).owner_token, (v_locked[r.place]).currency) is distinct from (r.owner_kind, r.owner_token, r.currency)) then 4
                 else 1
               end::smallint as status
          from unnest(p_place, p_message_token, p_transaction_token, p_fingerprint, p_owner_kind, p_owner_token, p_owner_version,
                      p_acting_token, p_acting_version, p_card_token, p_card_version, p_currency, p_chain_token)
               with ordinality as r (place, message_token, transaction_token, fingerprint, owner_kind, owner_token, owner_version,
                      acting_token, acting_version, card_token, card_version, currency, chain_token, i)
          left join decisions m on m.message_token = r.message_token
          left join decisions t on t.transaction_token = r.transaction_token
          left join owners o on o.kind = r.owner_kind and o.token = r.owner_token
          left join owners u on u.kind = 'user' and u.token = r.acting_token
          left join cards c on c.token = r.card_token
          left join lateral (
            select true as linked from chain_links l
              where l.link = any (array['t:' || r.currency || ':' || r.transaction_token, 'm:' || r.currency || ':' || r.message_token,
                                        case when r.chain_token <> r.transaction_token then 't:' || r.currency || ':' || r.chain_token end])
              limit 1
          ) l on true
      ) s where s.status > 1 or s.linked
    ) s, (
      select array_agg(c.ctid order by k.i) as rows,
             array_agg(k.place) filter (where coalesce(c.amount_minor, 0) + k.amount > k.max_amount or coalesce(c.count, 0) + k.count > k.max_count) as short
        from unnest(p_k_place, p_k_limit, p_k_start, p_k_amount, p_k_count, p_k_max_amount, p_k_max_count)
             with ordinality as k (place, limit_id, start, amount, count, max_amount, max_count, i)
        left join counters c on c.account_id = p_accounts[k.place] and c.limit_id = k.limit_id and c.window_start = k.start
    ) k;
  v_as_proposed := v_odd is null and not v_linked;

  if v_linked then
    select c.chain_token, c.overtaken into v_chain, v_overtaken
      from chains_by_records(p_transaction_token, p_message_token, p_chain_token, p_currency, p_kind) c;
    for i in 1 .. c_requests loop
      v_taking[i] := v_taking[i] and not v_overtaken[i];
    end loop;
  end if;

  if v_odd is not null then
    foreach v_one in array v_odd loop
      i := v_one.i;
      v_status[i] := v_one.status;
      v_taking[i] := false;
      continue when v_one.decision_id is null;
      v_decision_id[i] := v_one.decision_id; v_approved[i] := v_one.approved; v_reason[i] := v_one.reason; v_limit[i] := v_one.limit_id;
    end loop;
    -- Whoever is told of an approval by a repeat has been told: the arrival that made it may no longer void it.
    update decisions k set attempt_id = null
      from unnest(v_odd) as r
      where r.status = 2 and k.account_id = r.account_id and k.decision_id = r.decision_id
        and k.approved and k.attempt_id is not null and k.attempt_id is distinct from p_attempt_id[r.i];
  end if;

  -- Set-based: an account on which the most that can be taken fits needs no look at the order of its requests.
  for i in 1 .. cardinality(p_accounts) loop
    if p_account_amount[i] > (v_locked[i]).available then v_short := v_short || i; end if;
  end loop;
  if array_remove(p_chain_max, null) <> '{}' then
    select v_short || array_agg(f.place) into v_short from (
      select r.place
        from unnest(p_place, p_amount, v_chain, p_chain_max, v_taking) as r (place, amount, chain_token, chain_max, taking)
        left join holds h on h.account_id = p_accounts[r.place] and h.chain_token = r.chain_token
        where r.taking
        group by r.place, r.chain_token, h.amount_minor
        having coalesce(h.amount_minor, 0) + sum(r.amount) > min(r.chain_max)
    ) f;
  end if;

  -- Exact: the other accounts go request by request, in order of arrival.
  if v_short is not null then
    v_as_proposed := false;
    select x.approved, x.reason, x.limit_id into v_approved, v_reason, v_limit
      from authorize_in_order(v_short, v_taking, v_approved, v_reason, v_limit,
             p_accounts, p_place, p_amount, v_chain, p_chain_max, p_k_limit, p_k_window, p_k_start,
             p_c_from, p_c_counter, p_c_amount, p_c_count, p_c_max_amount, p_c_max_count) x;
    for i in 1 .. c_requests loop
      v_taking[i] := v_taking[i] and v_approved[i];
    end loop;
  end if;

  if not v_as_proposed then
    v_held := array_fill(0::bigint, array[cardinality(p_accounts)]);
    v_k_amount := array_fill(0::bigint, array[cardinality(p_k_place)]);
    v_k_count := array_fill(0, array[cardinality(p_k_place)]);
    for i in 1 .. c_requests loop
      continue when not v_taking[i];
      v_held[p_place[i]] := v_held[p_place[i]] + p_amount[i];
      for j in p_c_from[i] .. p_c_from[i + 1] - 1 loop
        k := p_c_counter[j];
        v_k_amount[k] := v_k_amount[k] + p_c_amount[j];
        v_k_count[k] := v_k_count[k] + p_c_count[j];
      end loop;
    end loop;
    v_changes := (select count(*) from unnest(v_held) as m (held) where m.held > 0)
      + (select count(*) from unnest(v_k_amount, v_k_count) as c (amount, count) where c.amount > 0 or c.count > 0);
  end if;

  -- After this point, the batch must succeed.
  insert into decisions (account_id, decision_id, message_token, transaction_token, fingerprint, method, kind, approved,
      reason, limit_id, effect, amount_minor, currency, card_token, owner_kind, owner_token, chain_token, follows_token,
      counted_at, created_at, expires_at, overtaken, limit_ids, attempt_id)
    select coalesce(p_accounts[r.place], 0), r.decision_id, r.message_token, r.transaction_token, r.fingerprint, r.method, r.kind, r.approved,
      r.reason, r.limit_id, case when r.approved then r.effect else 'none' end, r.amount, r.currency, r.card_token,
      r.owner_kind, r.owner_token, r.chain_token,
      -- What it was proposed to follow may be another chain that records know: the fold finds that they are one.
      nullif(r.proposed_chain, r.chain_token),
      to_timestamp(r.counted_at / 1000), to_timestamp(r.created_at / 1000), to_timestamp(r.expires_at / 1000),
      coalesce(v_overtaken[r.i], false), case when r.taking then r.limit_ids::integer[] end, r.attempt_id
    from unnest(p_place, v_decision_id, p_message_token, p_transaction_token, p_fingerprint, p_method, p_kind, v_approved,
        v_reason, v_limit, p_effect, p_amount, p_currency, p_card_token, p_owner_kind, p_owner_token, v_chain, p_chain_token,
        p_counted_at, p_created_at, p_expires_at, v_taking, p_limit_ids, p_attempt_id, v_status)
      with ordinality as r (place, decision_id, message_token, transaction_token, fingerprint, method, kind, approved,
        reason, limit_id, effect, amount, currency, card_token, owner_kind, owner_token, chain_token, proposed_chain,
        counted_at, created_at, expires_at, taking, limit_ids, attempt_id, status, i)
    -- Sorted, as above. A token that another transaction has stored meanwhile is a unique_violation: the batch is sent again.
    where r.status = 1 order by r.message_token;

  if v_linked or p_chains_meet then
    for i in 1 .. c_requests loop
      continue when not v_taking[i];
      insert into holds as h (account_id, chain_token, amount_minor, message_class, card_token, counted_at, expires_at)
        values (p_accounts[p_place[i]], v_chain[i], p_amount[i], p_message_class[i], p_card_token[i],
          to_timestamp(p_counted_at[i] / 1000), to_timestamp(p_expires_at[i] / 1000))
        on conflict (account_id, chain_token) do update set
          amount_minor = h.amount_minor + excluded.amount_minor, expires_at = greatest(h.expires_at, excluded.expires_at);
    end loop;
  else
    insert into holds as h (account_id, chain_token, amount_minor, message_class, card_token, counted_at, expires_at)
      select p_accounts[r.place], r.chain_token, r.amount, r.message_class, r.card_token,
        to_timestamp(r.counted_at / 1000), to_timestamp(r.expires_at / 1000)
      from unnest(p_place, v_chain, p_amount, p_message_class, p_card_token, p_counted_at, p_expires_at, v_taking)
        as r (place, chain_token, amount, message_class, card_token, counted_at, expires_at, taking)
      where r.taking
      on conflict (account_id, chain_token) do update set
        amount_minor = h.amount_minor + excluded.amount_minor, expires_at = greatest(h.expires_at, excluded.expires_at);
  end if;

  -- By their places in the table, known since they were read: with their account locked, no row moves.
  update counters k set amount_minor = k.amount_minor + c.amount, count = k.count + c.count
    from unnest(v_k_row, v_k_amount, v_k_count) as c (row, amount, count)
    where k.ctid = c.row and (c.amount > 0 or c.count > 0);
  get diagnostics v_changed = row_count;
  v_changes := v_changes - v_changed;
  if array_position(v_k_row, null) is not null then
    insert into counters (account_id, limit_id, window_start, amount_minor, count)
      select p_accounts[c.place], c.limit_id, c.start, c.amount, c.count
      from unnest(p_k_place, p_k_limit, p_k_start, v_k_row, v_k_amount, v_k_count) as c (place, limit_id, start, row, amount, count)
      where c.row is null and (c.amount > 0 or c.count > 0);
    get diagnostics v_changed = row_count;
    v_changes := v_changes - v_changed;
  end if;

  update accounts a set held_minor = a.held_minor + m.held
    from unnest(v_locked, v_held) as m (account_id, row, available, owner_kind, owner_token, currency, held)
    where m.held > 0 and a.ctid = m.row;
  get diagnostics v_changed = row_count;
  -- A row that is not where it was read would be a hold that no balance or counter knows.
  if v_changed <> v_changes then
    raise exception 'an account or a counter is not where it was read';
  end if;

  if 'expected_credit' = any (p_effect) then
    with credited as (
      insert into expected_credits (account_id, transaction_token, amount_minor, kind)
        select p_accounts[r.place], r.transaction_token, r.amount, r.kind
          from unnest(p_place, p_transaction_token, p_amount, p_kind, v_approved, p_effect, v_status)
            with ordinality as r (place, transaction_token, amount, kind, approved, effect, status, i)
          where r.status = 1 and r.approved and r.effect = 'expected_credit' and not coalesce(v_overtaken[r.i], false)
        returning account_id, amount_minor
    )
    update accounts a set pending_credit_minor = a.pending_credit_minor + m.amount
      from (select account_id, sum(amount_minor) as amount from credited group by account_id) m
      where a.account_id = m.account_id;
  end if;

  if v_linked then
    -- An increment too: by its time it may come before what has happened to the chain already. And a decline of what the
    -- platform has spoken of, which that word is about.
    insert into refolds (chain_token, currency)
      select distinct r.chain_token, r.currency
        from unnest(v_chain, p_currency, v_approved, p_effect, v_overtaken, v_status) as r (chain_token, currency, approved, effect, overtaken, status)
        join chains c on c.chain_token = r.chain_token and c.currency = r.currency
        where r.status = 1 and (r.overtaken or (r.approved and r.effect <> 'none'))
      on conflict do nothing;
  end if;

  insert into outbox (account_id, decision_id, record)
    select coalesce(p_accounts[r.place], 0), r.decision_id, r.record
      from unnest(p_place, v_decision_id, string_to_array(p_records, E'\x1e'), v_status) as r (place, decision_id, record, status) where r.status = 1;

  if v_odd is not null then
    select array_agg((array['committed', 'repeat', 'token_reused', 'stale', 'busy'])[s.status] order by s.i) into statuses
      from unnest(v_status) with ordinality as s (status, i);
  end if;
  decision_ids := v_decision_id;
  if not v_as_proposed then approvals := v_approved; reasons := v_reason; limit_ids := v_limit; end if;
  if 'balance_inquiry' = any (p_kind) then
    select array_agg(a.posted_minor order by r.i), array_agg(a.held_minor order by r.i),
           array_agg(a.pending_credit_minor order by r.i), array_agg(a.credit_line_minor order by r.i)
      into posted_minor, held_minor, pending_credit_minor, credit_line_minor
      from unnest(p_place, p_kind) with ordinality as r (place, kind, i)
      left join accounts a on a.account_id = p_accounts[r.place] and r.kind = 'balance_inquiry';
  end if;
  return next;
end $$;
