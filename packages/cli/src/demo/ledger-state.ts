import type { Postgres } from '@freeway/postgres';
import type { AccountBalances, CounterUse, ModelState, Programme } from '@freeway/simulator';

/** Where the ledger stands, in the simulator's words: what a later run of the demo goes on from. */
export async function readModelState(postgres: Postgres, programme: Programme): Promise<ModelState> {
  const cards = await postgres.sql`
    select token, state from cards where token = any (${programme.cards.map(({ token }) => token)}::text[])`;
  const users = await postgres.sql`
    select token, state from owners
      where kind = 'user' and token = any (${programme.users.map(({ token }) => token)}::text[])`;
  return {
    accounts: await readBalances(postgres),
    counters: await readCounters(postgres),
    cards: cards.map((row) => ({ token: row['token'], state: row['state'] })),
    users: users.map((row) => ({ token: row['token'], state: row['state'] })),
  };
}

async function readBalances(postgres: Postgres): Promise<AccountBalances[]> {
  const rows = await postgres.sql`
    select owner_kind, owner_token, currency, posted_minor, held_minor, pending_credit_minor from accounts`;
  return rows.map((row) => ({
    owner: { kind: row['owner_kind'], token: row['owner_token'] },
    currency: row['currency'],
    postedMinor: BigInt(row['posted_minor']),
    heldMinor: BigInt(row['held_minor']),
    pendingMinor: BigInt(row['pending_credit_minor']),
  }));
}

async function readCounters(postgres: Postgres): Promise<CounterUse[]> {
  const rows = await postgres.sql`
    select l.token, c.window_start::text as window_start, c.amount_minor, c.count
      from counters c join limits l on l.limit_id = c.limit_id`;
  return rows.map((row) => ({
    limit: row['token'],
    windowStart: row['window_start'],
    amountMinor: BigInt(row['amount_minor']),
    count: row['count'],
  }));
}

/** Accounts on which the ledger and the simulator's own model differ, each as one sentence. */
export async function differingAccounts(
  postgres: Postgres,
  expected: readonly (AccountBalances & { readonly certain: boolean })[],
): Promise<string[]> {
  const actual = new Map((await readBalances(postgres)).map((each) => [keyOf(each), each]));
  return expected
    .filter((each) => each.certain)
    .filter((each) => {
      const found = actual.get(keyOf(each));
      return (
        found?.postedMinor !== each.postedMinor ||
        found.heldMinor !== each.heldMinor ||
        found.pendingMinor !== each.pendingMinor
      );
    })
    .map((each) => `${keyOf(each)}: expected ${figures(each)}, the ledger has ${figures(actual.get(keyOf(each)))}`);
}

/** Counters on which they differ; one that is missing counts nothing. */
export async function differingCounters(postgres: Postgres, expected: readonly CounterUse[]): Promise<string[]> {
  const actual = new Map((await readCounters(postgres)).map((each) => [`${each.limit} ${each.windowStart}`, each]));
  return expected.flatMap((each) => {
    const key = `${each.limit} ${each.windowStart}`;
    const { amountMinor, count } = actual.get(key) ?? { amountMinor: 0n, count: 0 };
    if (amountMinor === each.amountMinor && count === each.count) return [];
    return [`${key}: expected ${each.amountMinor} in ${each.count}, the ledger counts ${amountMinor} in ${count}`];
  });
}

function keyOf({ owner, currency }: AccountBalances): string {
  return `${owner.kind} ${owner.token} ${currency}`;
}

function figures(balances: AccountBalances | undefined): string {
  if (balances === undefined) return 'no account';
  return `posted ${balances.postedMinor}, held ${balances.heldMinor}, pending ${balances.pendingMinor}`;
}
