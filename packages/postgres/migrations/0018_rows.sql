-- The commit, cheaper once more (docs/performance.md): requests come as one array of rows. A statement that unnests arrays of
-- columns runs a function for each of them; 21 of those cost four times what one does, whatever the batch holds. As before
-- (0017_sums.sql), whose authorize_batch stays for gateways of the version before, while they run beside new ones.
create type authorization_request as (
  place integer, -- of its account in p_accounts; null is the null account
  message_token text, transaction_token text, fingerprint uuid,
  owner_kind text, owner_token text, owner_version bigint, acting_token text, acting_version bigint, card_token text, card_version bigint,
  approved boolean, taking boolean, -- taking: an approval that holds money
  reason text, limit_id integer, method text, kind text, effect text, message_class text,
  amount bigint, currency text, chain_token text, chain_max bigint, limit_ids integer[], attempt_id bigint,
  counted_at float8, created_at float8, expires_at float8 -- milliseconds since the epoch
);
-- With the sum of what is proposed and the lowest bound; `place` is that of its account.
create type authorization_counter as (place integer, limit_id integer, window_name text, window_start date,
  amount bigint, count integer, max_amount bigint, max_count integer);
-- `row` is null where there is none yet.
create type counter_change as (row tid, place integer, limit_id integer, window_start date, amount bigint, count integer);

create function authorize_requests(
  p_skip_locked boolean,
  -- Two requests are of one chain; one has a chain_max; one expects a credit; one asks for a balance.
  p_chains_meet boolean, p_chains_bound boolean, p_credits boolean, p_inquiries boolean,
  p_changes integer, -- accounts and counters that change when all goes as proposed
  -- What the archive shall know, request by request, with an RS (U+001E) between: no quoting, which JSON would make dear.
  p_records text,
  -- In order of arrival.
  p_requests authorization_request[],
  -- Accounts of the batch, sorted, each once, with the sum of the holds proposed for it.
  p_accounts bigint[], p_account_amount bigint[],
  -- Counters of the batch, each once.
  p_counters authorization_counter[],
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
  c_requests constant integer := cardinality(p_requests);
  -- by place
  v_locked locked_account[]; v_busy boolean[]; v_held bigint[] := p_account_amount; v_short integer[];
  -- by request; null if all are to be written: 1 to be written, 2 repeat, 3 token reused, 4 stale, 5 busy
  v_status smallint[];
  v_decision_id bigint[]; v_records constant text[] := string_to_array(p_records, E'\x1e');
  -- by request; null if records know none: the chain, by the name that records gave it, and whether they came first, of the
  -- transaction or of what follows it
  v_chain text[]; v_overtaken boolean[];
  v_counters counter_change[]; v_are_new boolean;
  -- requests that are not to be written, why, and what is stored of them
  v_odd odd_request[]; v_one odd_request;
  v_request authorization_request; v_in_order record;
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
  select s.odd, s.linked, k.changes, k.are_new, k.short, (select array_agg(nextval('decision_id')) from generate_series(1, c_requests))
    into v_odd, v_linked, v_counters, v_are_new, v_short, v_decision_id
    from (
      select array_agg(row(s.i, s.status, s.account_id, s.decision_id, s.approved, s.reason, s.limit_id)::odd_request) filter (where s.status > 1) as odd,
             coalesce(bool_or(s.linked), false) as linked
      from (
        select r.ordinality as i, l.linked,
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
          from unnest(p_requests) with ordinality as r
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
      select array_agg(row(c.ctid, k.place, k.limit_id, k.window_start, k.amount, k.count)::counter_change order by k.ordinality) as changes, bool_or(c.ctid is null) as are_new,
             array_agg(k.place) filter (where coalesce(c.amount_minor, 0) + k.amount > k.max_amount or coalesce(c.count, 0) + k.count > k.max_count) as short
        from unnest(p_counters) with ordinality as k
        left join counters c on c.account_id = p_accounts[k.place] and c.limit_id = k.limit_id and c.window_start = k.window_start
    ) k;
  v_as_proposed := v_odd is null and not v_linked;

  -- From here on p_requests is what is written: what may not be taken takes nothing, and what is stored is as it is stored.
  if v_linked then
    select c.chain_token, c.overtaken into v_chain, v_overtaken
      from (select array_agg(r.transaction_token) as t, array_agg(r.message_token) as m, array_agg(r.chain_token) as c,
                   array_agg(r.currency) as y, array_agg(r.kind) as k
              from unnest(p_requests) as r) r, chains_by_records(r.t, r.m, r.c, r.y, r.k) c;
    for i in 1 .. c_requests loop
      if v_overtaken[i] then p_requests[i].taking := false; end if;
    end loop;
  end if;

  if v_odd is not null then
    v_status := array_fill(1::smallint, array[c_requests]);
    foreach v_one in array v_odd loop
      i := v_one.i; v_status[i] := v_one.status;
      p_requests[i].taking := false;
      continue when v_one.decision_id is null;
      v_decision_id[i] := v_one.decision_id;
      p_requests[i].approved := v_one.approved; p_requests[i].reason := v_one.reason; p_requests[i].limit_id := v_one.limit_id;
    end loop;
    -- Whoever is told of an approval by a repeat has been told: the arrival that made it may no longer void it.
    update decisions k set attempt_id = null
      from unnest(v_odd) as r
      where r.status = 2 and k.account_id = r.account_id and k.decision_id = r.decision_id
        and k.approved and k.attempt_id is not null and k.attempt_id is distinct from (p_requests[r.i]).attempt_id;
  end if;

  -- Set-based: an account on which the most that can be taken fits needs no look at the order of its requests.
  for i in 1 .. cardinality(p_accounts) loop
    if p_account_amount[i] > (v_locked[i]).available then v_short := v_short || i; end if;
  end loop;
  if p_chains_bound then
    select v_short || array_agg(f.place) into v_short from (
      select r.place
        from unnest(p_requests) with ordinality as r
        left join holds h on h.account_id = p_accounts[r.place] and h.chain_token = coalesce(v_chain[r.ordinality], r.chain_token)
        where r.taking
        group by r.place, coalesce(v_chain[r.ordinality], r.chain_token), h.amount_minor
        having coalesce(h.amount_minor, 0) + sum(r.amount) > min(r.chain_max)
    ) f;
  end if;

  -- Exact: the other accounts go request by request, in order of arrival.
  if v_short is not null then
    v_as_proposed := false;
    select x.approved, x.reason, x.limit_id into v_in_order
      from (select array_agg(r.taking) as taking, array_agg(r.approved) as approved, array_agg(r.reason) as reason, array_agg(r.limit_id) as limit_id,
                   array_agg(r.place) as place, array_agg(r.amount) as amount, array_agg(r.chain_token) as chain_token, array_agg(r.chain_max) as chain_max
              from unnest(p_requests) as r) r,
           (select array_agg(c.limit_id) as limit_id, array_agg(c.window_name) as name, array_agg(c.window_start) as start from unnest(p_counters) as c) c,
           authorize_in_order(v_short, r.taking, r.approved, r.reason, r.limit_id,
             p_accounts, r.place, r.amount, coalesce(v_chain, r.chain_token), r.chain_max, coalesce(c.limit_id, '{}'), c.name, c.start,
             p_c_from, p_c_counter, p_c_amount, p_c_count, p_c_max_amount, p_c_max_count) x;
    for i in 1 .. c_requests loop
      continue when v_in_order.approved[i] or not (p_requests[i]).taking;
      p_requests[i].taking := false; p_requests[i].approved := false;
      p_requests[i].reason := v_in_order.reason[i]; p_requests[i].limit_id := v_in_order.limit_id[i];
    end loop;
  end if;

  if not v_as_proposed then
    v_held := array_fill(0::bigint, array[cardinality(p_accounts)]);
    for k in 1 .. coalesce(cardinality(v_counters), 0) loop
      v_counters[k].amount := 0; v_counters[k].count := 0;
    end loop;
    i := 0;
    foreach v_request in array p_requests loop
      i := i + 1; continue when not v_request.taking;
      v_held[v_request.place] := v_held[v_request.place] + v_request.amount;
      for j in p_c_from[i] .. p_c_from[i + 1] - 1 loop
        k := p_c_counter[j];
        v_counters[k].amount := (v_counters[k]).amount + p_c_amount[j];
        v_counters[k].count := (v_counters[k]).count + p_c_count[j];
      end loop;
    end loop;
    v_changes := (select count(*) from unnest(v_held) as m (held) where m.held > 0)
      + (select count(*) from unnest(v_counters) as c where c.amount > 0 or c.count > 0);
  end if;

  -- After this point, the batch must succeed.
  insert into decisions (account_id, decision_id, message_token, transaction_token, fingerprint, method, kind, approved,
      reason, limit_id, effect, amount_minor, currency, card_token, owner_kind, owner_token, chain_token, follows_token,
      counted_at, created_at, expires_at, overtaken, limit_ids, attempt_id)
    select coalesce(p_accounts[r.place], 0), v_decision_id[r.ordinality], r.message_token, r.transaction_token, r.fingerprint, r.method, r.kind, r.approved,
      r.reason, r.limit_id, case when r.approved then r.effect else 'none' end, r.amount, r.currency, r.card_token,
      r.owner_kind, r.owner_token, coalesce(v_chain[r.ordinality], r.chain_token),
      -- What it was proposed to follow may be another chain that records know: the fold finds that they are one.
      case when v_chain[r.ordinality] <> r.chain_token then r.chain_token end,
      to_timestamp(r.counted_at / 1000), to_timestamp(r.created_at / 1000), to_timestamp(r.expires_at / 1000),
      coalesce(v_overtaken[r.ordinality], false), case when r.taking then r.limit_ids end, r.attempt_id
    from unnest(p_requests) with ordinality as r
    -- Sorted, as above. A token that another transaction has stored meanwhile is a unique_violation: the batch is sent again.
    where coalesce(v_status[r.ordinality], 1) = 1 order by r.message_token;

  if v_linked or p_chains_meet then
    i := 0;
    foreach v_request in array p_requests loop
      i := i + 1; continue when not v_request.taking;
      insert into holds as h (account_id, chain_token, amount_minor, message_class, card_token, counted_at, expires_at)
        values (p_accounts[v_request.place], coalesce(v_chain[i], v_request.chain_token), v_request.amount, v_request.message_class, v_request.card_token,
          to_timestamp(v_request.counted_at / 1000), to_timestamp(v_request.expires_at / 1000))
        on conflict (account_id, chain_token) do update set
          amount_minor = h.amount_minor + excluded.amount_minor, expires_at = greatest(h.expires_at, excluded.expires_at);
    end loop;
  else
    insert into holds as h (account_id, chain_token, amount_minor, message_class, card_token, counted_at, expires_at)
      select p_accounts[r.place], r.chain_token, r.amount, r.message_class, r.card_token,
        to_timestamp(r.counted_at / 1000), to_timestamp(r.expires_at / 1000)
      from unnest(p_requests) as r where r.taking
      on conflict (account_id, chain_token) do update set
        amount_minor = h.amount_minor + excluded.amount_minor, expires_at = greatest(h.expires_at, excluded.expires_at);
  end if;

  -- By their places in the table, known since they were read: with their account locked, no row moves.
  update counters k set amount_minor = k.amount_minor + c.amount, count = k.count + c.count
    from unnest(v_counters) as c where k.ctid = c.row and (c.amount > 0 or c.count > 0);
  get diagnostics v_changed = row_count; v_changes := v_changes - v_changed;
  if v_are_new then
    insert into counters (account_id, limit_id, window_start, amount_minor, count)
      select p_accounts[c.place], c.limit_id, c.window_start, c.amount, c.count
      from unnest(v_counters) as c where c.row is null and (c.amount > 0 or c.count > 0);
    get diagnostics v_changed = row_count; v_changes := v_changes - v_changed;
  end if;

  update accounts a set held_minor = a.held_minor + m.held
    from unnest(v_locked, v_held) as m (account_id, row, available, owner_kind, owner_token, currency, held)
    where m.held > 0 and a.ctid = m.row;
  get diagnostics v_changed = row_count;
  -- A row that is not where it was read would be a hold that no balance or counter knows.
  if v_changed is distinct from v_changes then
    raise exception 'an account or a counter is not where it was read';
  end if;

  if p_credits then
    with credited as (
      insert into expected_credits (account_id, transaction_token, amount_minor, kind)
        select p_accounts[r.place], r.transaction_token, r.amount, r.kind
          from unnest(p_requests) with ordinality as r
          where coalesce(v_status[r.ordinality], 1) = 1 and r.approved and r.effect = 'expected_credit' and not coalesce(v_overtaken[r.ordinality], false)
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
      select distinct v_chain[r.ordinality], r.currency
        from unnest(p_requests) with ordinality as r
        join chains c on c.chain_token = v_chain[r.ordinality] and c.currency = r.currency
        where coalesce(v_status[r.ordinality], 1) = 1 and (v_overtaken[r.ordinality] or (r.approved and r.effect <> 'none'))
      on conflict do nothing;
  end if;

  insert into outbox (account_id, decision_id, record)
    select coalesce(p_accounts[r.place], 0), v_decision_id[r.ordinality], v_records[r.ordinality]
      from unnest(p_requests) with ordinality as r where coalesce(v_status[r.ordinality], 1) = 1;

  if v_odd is not null then
    select array_agg((array['committed', 'repeat', 'token_reused', 'stale', 'busy'])[s.status] order by s.i) into statuses
      from unnest(v_status) with ordinality as s (status, i);
  end if;
  decision_ids := v_decision_id;
  if not v_as_proposed then
    select array_agg(r.approved order by r.ordinality), array_agg(r.reason order by r.ordinality), array_agg(r.limit_id order by r.ordinality)
      into approvals, reasons, limit_ids
      from unnest(p_requests) with ordinality as r;
  end if;
  if p_inquiries then
    select array_agg(a.posted_minor order by r.ordinality), array_agg(a.held_minor order by r.ordinality),
           array_agg(a.pending_credit_minor order by r.ordinality), array_agg(a.credit_line_minor order by r.ordinality)
      into posted_minor, held_minor, pending_credit_minor, credit_line_minor
      from unnest(p_requests) with ordinality as r
      left join accounts a on a.account_id = p_accounts[r.place] and r.kind = 'balance_inquiry';
  end if;
  return next;
end $$;
