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
    case 'p_chains_bound':
    case 'p_credits':
    case 'p_inquiries':
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

/** Fields of a request. Every request has an account of its own, so places and accounts are the same. */
const REQUEST: Readonly<Record<string, string>> = {
  place: 'i',
  message_token: 'message_token',
  transaction_token: 'transaction_token',
  fingerprint: 'fingerprint',
  owner_kind: `'user'`,
  owner_token: 'owner_token',
  owner_version: 'owner_version',
  acting_token: 'null',
  acting_version: 'null',
  card_token: 'card_token',
  card_version: 'card_version',
  approved: 'true',
  taking: 'true',
  reason: 'null',
  limit_id: 'null',
  method: `'pgfs.authorization'`,
  kind: `'authorization'`,
  effect: `'hold'`,
  message_class: `'dual'`,
  amount: '100',
  currency: 'currency',
  chain_token: 'transaction_token',
  chain_max: 'null',
  limit_ids: 'array[day_limit, month_limit]',
  attempt_id: 'i',
  counted_at: NOW_MS,
  created_at: NOW_MS,
  expires_at: `${NOW_MS} + 604800000`,
};

/** Fields of a counter. */
const COUNTER: Readonly<Record<string, string>> = {
  place: 'i',
  limit_id: 'limit_id',
  window_name: 'window_name',
  window_start: 'window_start',
  amount: '100',
  count: '1',
  max_amount: 'max_amount',
  max_count: 'max_count',
};

/** One element for each request. */
const ofRequest = ({ requestFields }: CommitFunction): Readonly<Record<string, string>> => ({
  p_requests: rowOf('authorization_request', requestFields, REQUEST),
  p_accounts: 'account_id',
  p_account_amount: '100::bigint',
});

/** One element for each of a request's two counters, and each counter is asked for once. */
const ofCounter = ({ counterFields }: CommitFunction): Readonly<Record<string, string>> => ({
  p_counters: rowOf('authorization_counter', counterFields, COUNTER),
  p_c_counter: 'counter',
  p_c_amount: '100::bigint',
  p_c_count: '1',
  p_c_max_amount: 'max_amount',
  p_c_max_count: 'max_count',
});

/** The function that commits, as it is installed: names in their order. */
export interface CommitFunction {
  readonly parameters: readonly string[];
  readonly requestFields: readonly string[];
  readonly counterFields: readonly string[];
}

/**
 * The gateway's own commit, of a batch that PostgreSQL makes itself: pgbench only sends it off. Fails unless every request is
 * committed as it was proposed.
 * @throws Error when the function takes what is not known here
 */
export function commitStatement(installed: CommitFunction, batch: number, payers: number): string {
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
  from (select ${aggregates(ofRequest(installed))} from picked) r
  cross join (
    select ${aggregates(ofCounter(installed))}
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
  cross join lateral authorize_requests(${installed.parameters.map((name) => `${name} => ${argumentFor(name, batch, installed)}`).join(', ')});
`;
}

function aggregates(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, expression]) => `array_agg(${expression}) as ${name}`)
    .join(', ');
}

/** A row of a type of the ledger's. */
function rowOf(type: string, fields: readonly string[], known: Readonly<Record<string, string>>): string {
  const values = fields.map((field) => {
    const value = known[field];
    if (value === undefined) throw new Error(`the commit takes ${type}.${field}, which the bench does not know`);
    return value;
  });
  return `row(${values.join(', ')})::${type}`;
}

function argumentFor(name: string, batch: number, installed: CommitFunction): string {
  const scalar = ofBatch(name, batch);
  if (scalar !== undefined) return scalar;
  if (name in ofRequest(installed)) return `r.${name}`;
  if (name in ofCounter(installed)) return `k.${name}`;
  throw new Error(`the commit takes ${name}, which the bench does not know`);
}
