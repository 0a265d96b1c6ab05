-- What authorize_batch (0017_sums.sql) needs for the few requests that are not as most are: accounts on which something may
-- not fit, and chains that records know.
-- In order of time: a new decision goes to the end of this index, not to a page of its own for each account.
alter table decisions drop constraint decisions_pkey, add primary key (decision_id, account_id);

drop function authorize_batch;
drop function authorize_in_order;

-- The exact path of authorize_batch: the same checks, one request after the other, for the accounts named by their places. It
-- decides; the caller writes, so that both paths write alike.
create function authorize_in_order(
  p_short integer[], p_taking boolean[], p_approved boolean[], p_reason text[], p_limit_id integer[],
  p_accounts bigint[], p_place integer[], p_amount bigint[], p_chain_token text[], p_chain_max bigint[],
  p_k_limit integer[], p_k_window text[], p_k_start date[],
  p_c_from integer[], p_c_counter integer[], p_c_amount bigint[], p_c_count integer[], p_c_max_amount bigint[], p_c_max_count integer[],
  out approved boolean[], out reason text[], out limit_id integer[]
) language plpgsql volatile as $$
#variable_conflict use_variable
declare
  r record;
  j integer;
  k integer;
  v_bounds_chains constant boolean := array_remove(p_chain_max, null) <> '{}';
  v_place integer := -1;
  v_available bigint;
  -- running totals: of each counter, and of the chains of the account at hand
  v_amounts bigint[] := array_fill(null::bigint, array[cardinality(p_k_limit)]);
  v_counts integer[] := array_fill(null::integer, array[cardinality(p_k_limit)]);
  v_chains jsonb;
  v_taken bigint;
  v_times integer;
  v_rank integer;
  v_best_rank integer;
  v_best_limit integer;
begin
  approved := p_approved; reason := p_reason; limit_id := p_limit_id;
  for r in
    select t.i::integer as i, t.place, p_accounts[t.place] as account_id, t.amount, t.chain_token, t.chain_max
      from unnest(p_place, p_amount, p_chain_token, p_chain_max, p_taking)
           with ordinality as t (place, amount, chain_token, chain_max, taking, i)
      where t.taking and t.place = any (p_short) order by t.place, t.i
  loop
    if r.place <> v_place then
      v_place := r.place;
      select a.posted_minor - a.held_minor + a.credit_line_minor into v_available from accounts a where a.account_id = r.account_id;
      v_chains := '{}';
    end if;

    -- money.md "Counters": a per-transaction limit looks at the chain's total.
    if v_bounds_chains then
      if not v_chains ? r.chain_token then
        v_chains := jsonb_set(v_chains, array[r.chain_token],
          to_jsonb(coalesce((select h.amount_minor from holds h where h.account_id = r.account_id and h.chain_token = r.chain_token), 0)));
      end if;
      if (v_chains ->> r.chain_token)::bigint + r.amount > r.chain_max then
        approved[r.i] := false; reason[r.i] := 'transaction_amount_limit'; limit_id[r.i] := null;
        continue;
      end if;
    end if;

    -- The best precedence among the bounds that fail: amounts before counts, days before months, then the older limit.
    v_best_rank := null;
    for j in p_c_from[r.i] .. p_c_from[r.i + 1] - 1 loop
      k := p_c_counter[j];
      if v_amounts[k] is null then
        select c.amount_minor, c.count into v_taken, v_times from counters c
          where c.account_id = r.account_id and c.limit_id = p_k_limit[k] and c.window_start = p_k_start[k];
        v_amounts[k] := coalesce(v_taken, 0);
        v_counts[k] := coalesce(v_times, 0);
      end if;
      v_rank := case
        when v_amounts[k] + p_c_amount[j] > p_c_max_amount[j] then 0
        when v_counts[k] + p_c_count[j] > p_c_max_count[j] then 2
      end + case p_k_window[k] when 'day' then 0 else 1 end;
      if v_rank is not null and (v_best_rank is null or (v_rank, p_k_limit[k]) < (v_best_rank, v_best_limit)) then
        v_best_rank := v_rank; v_best_limit := p_k_limit[k];
      end if;
    end loop;
    if v_best_rank is not null then
      approved[r.i] := false; limit_id[r.i] := v_best_limit;
      reason[r.i] := (array['daily_amount_limit', 'monthly_amount_limit', 'daily_count_limit', 'monthly_count_limit'])[v_best_rank + 1];
      continue;
    end if;

    if r.amount > v_available then
      approved[r.i] := false; reason[r.i] := 'insufficient_funds';
      continue;
    end if;

    v_available := v_available - r.amount;
    if v_bounds_chains then
      v_chains := jsonb_set(v_chains, array[r.chain_token], to_jsonb((v_chains ->> r.chain_token)::bigint + r.amount));
    end if;
    for j in p_c_from[r.i] .. p_c_from[r.i + 1] - 1 loop
      k := p_c_counter[j];
      v_amounts[k] := v_amounts[k] + p_c_amount[j];
      v_counts[k] := v_counts[k] + p_c_count[j];
    end loop;
  end loop;
end $$;

-- Each request's chain by the name that records gave it, and whether records came first: of the transaction itself, or of what
-- follows it. What records know is not reserved once more (money.md "two keys", "outcome").
create function chains_by_records(
  p_transaction_token text[], p_message_token text[], p_chain_token text[], p_currency text[], p_kind text[],
  out chain_token text[], out overtaken boolean[]
) language sql stable as $$
  select array_agg(coalesce(f.chain_token, r.chain_token) order by r.i),
         array_agg(f.chain_token is not null and (r.kind <> 'increment' or f.is_own) order by r.i)
    from unnest(p_transaction_token, p_message_token, p_chain_token, p_currency, p_kind)
         with ordinality as r (transaction_token, message_token, chain_token, currency, kind, i)
    left join lateral (
      select l.chain_token, k.rank < 3 as is_own
        from (values (1, 't:' || r.currency || ':' || r.transaction_token), (2, 'm:' || r.currency || ':' || r.message_token),
                     (3, 't:' || r.currency || ':' || r.chain_token)) as k (rank, link)
        join chain_links l on l.link = k.link
        order by k.rank, l.chain_token limit 1
    ) f on true
$$;
