import { PAYERS } from './payers.ts';

/** About as much as a gateway writes about a purchase. pgbench takes a colon before a letter or a digit for a variable of its own. */
const RECORD = JSON.stringify({
  source: 'http',
  transaction_token: '00000000-0000-4000-8000-000000000000',
  message_token: '00000000-0000-4000-8000-000000000000',
  method: 'pgfs.authorization',
  kind: 'authorization',
  amount_minor: '100',
  currency: 'USD',
  owner: { kind: 'user', token: 'bench_user_1234' },
  card_token: 'bench_card_1234',
  merchant: { mcc: '5411', name: 'CORNER GROCERY', city: 'OAKLAND', country: 'USA', mid: '000123456789012' },
  network: 'VISA',
  occurred_at: '2026-01-01T000000.000Z',
  stages_ms: { decode: 0.1, user_lookup: 0, card_lookup: 0, limits_check: 0, decision: 0 },
}).replaceAll(':', ': ');

const NOW_MS = 'extract(epoch from now()) * 1000';

/** What is not an array with an element for each. */
function ofBatch(name: string, batch: number): string | undefined {
  switch (name) {
    case 'p_skip_locked':
    case 'p_chains_meet':
      return 'false';
    // An account and two counters for each request.
    case 'p_changes':
      return `${3 * batch}`;
    case 'p_records':
      return `array_to_string(array_fill('${RECORD}'::text, array[${batch}]), chr(30))`;
    // Where each request's counters begin, and where those of the last end.
    case 'p_c_from':
      return `array(select 2 * i - 1 from generate_series(1, ${batch + 1}) i)`;
    default:
      return undefined;
  }
}

/** One element for each request. Every request has an account of its own, so places and accounts are the same. */
const OF_REQUEST: Readonly<Record<string, string>> = {
  p_accounts: 'account_id',
  p_account_amount: '100::bigint',
  p_place: 'i',
  p_message_token: 'message_token',
  p_transaction_token: 'transaction_token',
  p_fingerprint: 'fingerprint',
  p_owner_kind: `'user'::text`,
  p_owner_token: 'owner_token',
  p_owner_version: 'owner_version',
  p_acting_token: 'null::text',
  p_acting_version: 'null::bigint',
  p_card_token: 'card_token',
  p_card_version: 'card_version',
  p_approved: 'true',
  p_taking: 'true',
  p_reason: 'null::text',
  p_limit_id: 'null::integer',
  p_method: `'pgfs.authorization'::text`,
  p_kind: `'authorization'::text`,
  p_effect: `'hold'::text`,
  p_message_class: `'dual'::text`,
  p_amount: '100::bigint',
  p_currency: 'currency',
  p_chain_token: 'transaction_token',
  p_chain_max: 'null::bigint',
  p_counted_at: `(${NOW_MS})::float8`,
  p_created_at: `(${NOW_MS})::float8`,
  p_expires_at: `(${NOW_MS} + 604800000)::float8`,
  p_limit_ids: `'{' || day_limit || ',' || month_limit || '}'`,
  p_attempt_id: 'i::bigint',
};

/** One element for each of a request's two counters, and each counter is asked for once. */
const OF_COUNTER: Readonly<Record<string, string>> = {
  p_k_place: 'i',
  p_k_limit: 'limit_id',
  p_k_window: 'window_name',
  p_k_start: 'window_start',
  p_k_amount: '100::bigint',
  p_k_count: '1',
  p_k_max_amount: 'max_amount',
  p_k_max_count: 'max_count',
  p_c_counter: 'counter',
  p_c_amount: '100::bigint',
  p_c_count: '1',
  p_c_max_amount: 'max_amount',
  p_c_max_count: 'max_count',
};

/**
 * The gateway's own commit, of a batch that PostgreSQL makes itself: pgbench only sends it off. Fails unless every request is
 * committed as it was proposed. `parameters` are those of the function as it is installed.
 * @throws Error when the function takes what is not known here
 */
export function commitStatement(parameters: readonly string[], batch: number, payers: number): string {
  if (payers < batch) throw new Error(`a batch of ${batch} needs as many accounts that can pay, not ${payers}`);
  // Each request picks from its own part of them: none is picked twice, and they come in order.
  const share = Math.floor(payers / batch);
  return `
with picked as materialized (
  select d.i, p.*, gen_random_uuid() as fingerprint, gen_random_uuid()::text as message_token, gen_random_uuid()::text as transaction_token
    from (select i, (i - 1) * ${share} + 1 + floor(random() * ${share})::integer as n from generate_series(1, ${batch}) i) d
    join ${PAYERS} p using (n)
    order by d.i
)
select 1 / (statuses is null and approvals is null)::integer
  from (select ${aggregates(OF_REQUEST)} from picked) r
  cross join (
    select ${aggregates(OF_COUNTER)}
      from (
        select i, row_number() over (order by i, rank)::integer as counter, limit_id, window_name, window_start, max_amount, max_count
          from picked
          cross join lateral (values
            (1, day_limit, 'day', (now() at time zone 'UTC')::date, day_max_amount, day_max_count),
            (2, month_limit, 'month', date_trunc('month', now() at time zone 'UTC')::date, month_max_amount, month_max_count)
          ) l (rank, limit_id, window_name, window_start, max_amount, max_count)
          order by i, rank
      ) c
  ) k
  cross join lateral authorize_batch(${parameters.map((name) => `${name} => ${argumentFor(name, batch)}`).join(', ')});
`;
}

function aggregates(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, expression]) => `array_agg(${expression}) as ${name}`)
    .join(', ');
}

function argumentFor(name: string, batch: number): string {
  const scalar = ofBatch(name, batch);
  if (scalar !== undefined) return scalar;
  if (name in OF_REQUEST) return `r.${name}`;
  if (name in OF_COUNTER) return `k.${name}`;
  throw new Error(`the commit takes ${name}, which the bench does not know`);
}
