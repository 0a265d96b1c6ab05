import type {
  AccountFact,
  CardFact,
  ChainFact,
  FactSource,
  Limit,
  LimitsFact,
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
    ownerLimits: batchLookups(named('facts.owner_limits', loadOwnerLimits)),
    cardLimits: batchLookups(named('facts.card_limits', loadCardLimits)),
    chain: (by) => postgres.query('facts.chain', () => loadChain(postgres, by)),
  };
}

async function loadOwners({ sql }: Postgres, refs: readonly OwnerRef[]): Promise<readonly (OwnerFact | undefined)[]> {
  const rows = await sql`
    select k.n, o.state, o.blocked, o.blocked_categories, o.version, coalesce(
      (select json_agg(json_build_object('accountId', a.account_id::text, 'currency', a.currency, 'state', a.state) order by a.account_id)
         from accounts a where a.owner_kind = o.kind and a.owner_token = o.token), '[]') as accounts
      from unnest(${kindsOf(refs)}::text[], ${tokensOf(refs)}::text[]) with ordinality as k (kind, token, n)
      join owners o on o.kind = k.kind and o.token = k.token`;
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
      accounts: row['accounts'] as AccountFact[],
      version: Number(row['version']),
    };
  }
  return facts;
}

async function loadCards({ sql }: Postgres, tokens: readonly string[]): Promise<readonly (CardFact | undefined)[]> {
  const rows = await sql`
    select k.n, c.owner_kind, c.owner_token, c.state, c.block, c.expires_at, c.blocked_categories, c.version
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
      version: Number(row['version']),
    };
  }
  return facts;
}

/** The owners' own limits and those of their accounts, read with the owner's version in one snapshot. */
async function loadOwnerLimits(
  { sql }: Postgres,
  refs: readonly OwnerRef[],
): Promise<readonly (LimitsFact | undefined)[]> {
  const rows = await sql`
    select k.n, o.version, l.*
      from unnest(${kindsOf(refs)}::text[], ${tokensOf(refs)}::text[]) with ordinality as k (kind, token, n)
      join owners o on o.kind = k.kind and o.token = k.token
      left join lateral (
        select l.* from (
            select k.kind as kind, k.token as token
            union all
            select 'account', a.account_id::text from accounts a where a.owner_kind = k.kind and a.owner_token = k.token
          ) s join limits l on l.subject_kind = s.kind and l.subject_token = s.token
      ) l on true
      order by k.n, l.limit_id`;
  return limitsFacts(rows, refs.length);
}

async function loadCardLimits(
  { sql }: Postgres,
  tokens: readonly string[],
): Promise<readonly (LimitsFact | undefined)[]> {
  const rows = await sql`
    select k.n, c.version, l.*
      from unnest(${tokens as string[]}::text[]) with ordinality as k (token, n) join cards c on c.token = k.token
      left join limits l on l.subject_kind = 'card' and l.subject_token = c.token
      order by k.n, l.limit_id`;
  return limitsFacts(rows, tokens.length);
}

function kindsOf(refs: readonly OwnerRef[]): string[] {
  return refs.map(({ kind }) => kind);
}

function tokensOf(refs: readonly OwnerRef[]): string[] {
  return refs.map(({ token }) => token);
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

/** One row for each limit, and one without for a subject that has none. */
function limitsFacts(rows: readonly Record<string, unknown>[], size: number): readonly (LimitsFact | undefined)[] {
  const facts: ({ limits: Limit[]; version: number } | undefined)[] = Array.from({ length: size });
  for (const row of rows) {
    const fact = (facts[indexOf(row)] ??= { limits: [], version: Number(row['version']) });
    if (row['limit_id'] !== null) fact.limits.push(limitOf(row));
  }
  return facts;
}

function limitOf(row: Record<string, unknown>): Limit {
  return {
    limitId: row['limit_id'] as number,
    token: row['token'] as string,
    subject: { kind: row['subject_kind'] as Limit['subject']['kind'], token: row['subject_token'] as string },
    currency: row['currency'] as string,
    window: row['limit_window'] as Limit['window'],
    ...(row['max_amount_minor'] === null ? {} : { maxAmountMinor: row['max_amount_minor'] as string }),
    ...(row['max_count'] === null ? {} : { maxCount: row['max_count'] as number }),
  };
}
