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
import type { Postgres } from './connect.ts';

/** Facts as PostgreSQL knows them: the source behind every cache. */
export function createFactSource(postgres: Postgres): FactSource {
  return {
    owner: (ref) => postgres.query('facts.owner', () => loadOwner(postgres, ref)),
    card: (token) => postgres.query('facts.card', () => loadCard(postgres, token)),
    ownerLimits: (ref) => postgres.query('facts.owner_limits', () => loadOwnerLimits(postgres, ref)),
    cardLimits: (token) => postgres.query('facts.card_limits', () => loadCardLimits(postgres, token)),
    chain: (by) => postgres.query('facts.chain', () => loadChain(postgres, by)),
  };
}

async function loadOwner({ sql }: Postgres, ref: OwnerRef): Promise<OwnerFact | undefined> {
  const [row] = await sql`
    select o.state, o.blocked, o.blocked_categories, o.version, coalesce(
      (select json_agg(json_build_object('accountId', a.account_id::text, 'currency', a.currency, 'state', a.state) order by a.account_id)
         from accounts a where a.owner_kind = o.kind and a.owner_token = o.token), '[]') as accounts
      from owners o where o.kind = ${ref.kind} and o.token = ${ref.token}`;
  if (row === undefined) return undefined;
  return {
    kind: ref.kind,
    token: ref.token,
    state: row['state'],
    blocked: row['blocked'],
    blockedCategories: row['blocked_categories'],
    accounts: row['accounts'] as AccountFact[],
    version: Number(row['version']),
  };
}

async function loadCard({ sql }: Postgres, token: string): Promise<CardFact | undefined> {
  const [row] = await sql`
    select owner_kind, owner_token, state, block, expires_at, blocked_categories, version from cards where token = ${token}`;
  if (row === undefined) return undefined;
  return {
    token,
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

/** The owner's own limits and those of its accounts, read with the owner's version in one snapshot. */
async function loadOwnerLimits({ sql }: Postgres, ref: OwnerRef): Promise<LimitsFact | undefined> {
  const rows = await sql`
    select o.version, l.* from owners o left join (
        select l.* from (
            select ${ref.kind}::text as kind, ${ref.token}::text as token
            union all
            select 'account', a.account_id::text from accounts a where a.owner_kind = ${ref.kind} and a.owner_token = ${ref.token}
          ) s join limits l on l.subject_kind = s.kind and l.subject_token = s.token
      ) l on true
      where o.kind = ${ref.kind} and o.token = ${ref.token} order by l.limit_id`;
  return limitsFact(rows);
}

async function loadCardLimits({ sql }: Postgres, token: string): Promise<LimitsFact | undefined> {
  const rows = await sql`
    select c.version, l.* from cards c left join limits l on l.subject_kind = 'card' and l.subject_token = c.token
      where c.token = ${token} order by l.limit_id`;
  return limitsFact(rows);
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

function limitsFact(rows: readonly Record<string, unknown>[]): LimitsFact | undefined {
  const first = rows[0];
  if (first === undefined) return undefined;
  return { limits: rows.filter((row) => row['limit_id'] !== null).map(limitOf), version: Number(first['version']) };
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
