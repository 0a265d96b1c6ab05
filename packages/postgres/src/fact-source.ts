import type {
  AccountFact,
  CardFact,
  ChainFact,
  FactSource,
  Limit,
  OwnerFact,
  OwnerKind,
  OwnerRef,
} from '@freeway/core';
import { batchLookups } from './batch-lookups.ts';
import type { Postgres } from './connect.ts';

/** Facts as PostgreSQL knows them: the source behind every cache. Look-ups that meet travel together. */
export function createFactSource(postgres: Postgres): FactSource {
  const named =
    <K, V>(name: string, load: (postgres: Postgres, keys: readonly K[]) => Promise<readonly (V | undefined)[]>) =>
    (keys: readonly K[]) =>
      postgres.query(name, () => load(postgres, keys));
  return {
    owner: batchLookups(named('facts.owner', loadOwners)),
    card: batchLookups(named('facts.card', loadCards)),
    chain: (by) => postgres.query('facts.chain', () => loadChain(postgres, by)),
  };
}

/** Of a limit `l`. Its amount as text: it travels as JSON, which would round a large one. */
const LIMIT_COLUMNS = `limit_id, l.token, subject_kind, subject_token, l.currency, limit_window, max_amount_minor::text, max_count`;

/** In one statement, and so of one moment: the version is that of accounts and limits too. */
async function loadOwners({ sql }: Postgres, refs: readonly OwnerRef[]): Promise<readonly (OwnerFact | undefined)[]> {
  const rows = await sql`
    select k.n, o.state, o.blocked, o.blocked_categories, o.version, a.accounts, l.limits
      from unnest(${refs.map(({ kind }) => kind)}::text[], ${refs.map(({ token }) => token)}::text[]) with ordinality as k (kind, token, n)
      join owners o on o.kind = k.kind and o.token = k.token
      cross join lateral (
        select array_agg(a.account_id::text) as ids,
               json_agg(json_build_object('accountId', a.account_id::text, 'currency', a.currency, 'state', a.state) order by a.account_id) as accounts
          from accounts a where a.owner_kind = o.kind and a.owner_token = o.token
      ) a
      cross join lateral (
        select json_agg(l order by l.limit_id) as limits from (
          select ${sql.unsafe(LIMIT_COLUMNS)}
            from (select k.kind as kind, k.token as token union all select 'account', id from unnest(a.ids) as id) s
            join limits l on l.subject_kind = s.kind and l.subject_token = s.token
        ) l
      ) l`;
  const facts: (OwnerFact | undefined)[] = refs.map(() => undefined);
  for (const row of rows) {
    const index = indexOf(row);
    const { kind, token } = refs[index] as OwnerRef;
    facts[index] = {
      kind,
      token,
      state: row['state'],
      blocked: row['blocked'],
      blockedCategories: row['blocked_categories'],
      accounts: (row['accounts'] as AccountFact[] | null) ?? [],
      limits: limitsOf(row),
      version: Number(row['version']),
    };
  }
  return facts;
}

async function loadCards({ sql }: Postgres, tokens: readonly string[]): Promise<readonly (CardFact | undefined)[]> {
  const rows = await sql`
    select k.n, c.owner_kind, c.owner_token, c.state, c.block, c.expires_at, c.blocked_categories, c.version, (
        select json_agg(l order by l.limit_id)
          from (select ${sql.unsafe(LIMIT_COLUMNS)} from limits l where l.subject_kind = 'card' and l.subject_token = c.token) l
      ) as limits
      from unnest(${tokens as string[]}::text[]) with ordinality as k (token, n) join cards c on c.token = k.token`;
  const facts: (CardFact | undefined)[] = tokens.map(() => undefined);
  for (const row of rows) {
    const index = indexOf(row);
    facts[index] = {
      token: tokens[index] as string,
      ...(row['owner_token'] === null
        ? {}
        : { owner: { kind: row['owner_kind'] as OwnerKind, token: row['owner_token'] as string } }),
      state: row['state'],
      ...(row['block'] === null ? {} : { block: row['block'] }),
      ...(row['expires_at'] === null ? {} : { expiresAtMs: (row['expires_at'] as Date).getTime() }),
      blockedCategories: row['blocked_categories'],
      limits: limitsOf(row),
      version: Number(row['version']),
    };
  }
  return facts;
}

/** Of the key that a row is about; rows count from 1. */
function indexOf(row: Record<string, unknown>): number {
  return Number(row['n']) - 1;
}

/** A chain is found by the decision that opened it, or by any later one: each knows the chain's first transaction. */
async function loadChain(
  { sql }: Postgres,
  by: { readonly transactionToken?: string; readonly messageToken?: string },
): Promise<ChainFact | undefined> {
  const [row] = await sql`
    select d.chain_token, d.account_id, a.owner_kind, a.owner_token, d.counted_at
      from decisions d join accounts a on a.account_id = d.account_id
      where d.approved and d.effect = 'hold'
        and (d.transaction_token = ${by.transactionToken ?? null} or d.message_token = ${by.messageToken ?? null})
      order by d.transaction_token = ${by.transactionToken ?? null} desc nulls last limit 1`;
  if (row === undefined) return undefined;
  return {
    chainToken: row['chain_token'],
    accountId: row['account_id'],
    owner: { kind: row['owner_kind'] as OwnerKind, token: row['owner_token'] },
    countedAtMs: (row['counted_at'] as Date).getTime(),
  };
}

function limitsOf(row: Record<string, unknown>): readonly Limit[] {
  return ((row['limits'] as LimitRow[] | null) ?? []).map(limitOf);
}

interface LimitRow {
  readonly limit_id: number;
  readonly token: string;
  readonly subject_kind: Limit['subject']['kind'];
  readonly subject_token: string;
  readonly currency: string;
  readonly limit_window: Limit['window'];
  readonly max_amount_minor: string | null;
  readonly max_count: number | null;
}

function limitOf(row: LimitRow): Limit {
  return {
    limitId: row.limit_id,
    token: row.token,
    subject: { kind: row.subject_kind, token: row.subject_token },
    currency: row.currency,
    window: row.limit_window,
    ...(row.max_amount_minor === null ? {} : { maxAmountMinor: row.max_amount_minor }),
    ...(row.max_count === null ? {} : { maxCount: row.max_count }),
  };
}
