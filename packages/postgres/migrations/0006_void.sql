-- Undoes an approval whose caller was told no while its commit was under way (money.md "doubt"): hold and counters are
-- given back in full, and the stored decision becomes the answer that was given. Only the decision of that very arrival:
-- an earlier one was answered as it is stored. An approval that a record has confirmed stays.
-- Returns 'voided', 'confirmed', 'declined' (it had not been approved), 'answered' (an earlier arrival) or 'absent'.
create function void_authorization(p_message_token text, p_attempt_id bigint) returns text language plpgsql volatile as $$
#variable_conflict use_column
declare
  d record;
begin
  select k.account_id into d from decisions k where k.message_token = p_message_token;
  if not found then return 'absent'; end if;
  perform 1 from accounts where account_id = d.account_id for no key update;
  select * into d from decisions k where k.message_token = p_message_token;
  if not d.approved then return 'declined'; end if;
  if d.attempt_id is distinct from p_attempt_id then return 'answered'; end if;
  if d.confirmed then return 'confirmed'; end if;

  if d.effect = 'hold' then
    update holds set amount_minor = amount_minor - d.amount_minor
      where account_id = d.account_id and chain_token = d.chain_token;
    update accounts set held_minor = held_minor - d.amount_minor where account_id = d.account_id;
    -- money.md "back in full": amount and count, in the window where it counted
    update counters k set amount_minor = k.amount_minor - d.amount_minor,
        count = k.count - case when d.kind = 'increment' then 0 else 1 end
      from limits l
      where k.account_id = d.account_id and k.limit_id = any (d.limit_ids) and l.limit_id = k.limit_id
        and k.window_start = date_trunc(l.limit_window, d.counted_at at time zone 'UTC')::date;
  elsif d.effect = 'expected_credit' then
    delete from expected_credits where account_id = d.account_id and transaction_token = d.transaction_token;
    update accounts set pending_credit_minor = pending_credit_minor - d.amount_minor where account_id = d.account_id;
  end if;

  update decisions set approved = false, reason = 'ledger_unavailable', effect = 'none', limit_ids = null
    where account_id = d.account_id and decision_id = d.decision_id;
  insert into outbox (account_id, decision_id, record) values (d.account_id, d.decision_id, '{"source":"void"}');
  return 'voided';
end $$;
