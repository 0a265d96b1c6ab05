import type { Postgres } from '@freeway/postgres';
import type { AccountBalances, ModelState } from '@freeway/simulator';

/** Where the ledger stands, in the simulator's words: what a later run of the demo goes on from. */
export async function readModelState(postgres: Postgres): Promise<ModelState> {
  const counters = await postgres.sql`
    select l.token, c.window_start::text as window_start, c.amount_minor, c.count
      from counters c join limits l on l.limit_id = c.limit_id`;
  return {
    accounts: await readBalances(postgres),
    counters: counters.map((row) => ({
      limit: row['token'],
      windowStart: row['window_start'],
      amountMinor: BigInt(row['amount_minor']),
      count: row['count'],
    })),
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

function keyOf({ owner, currency }: AccountBalances): string {
  return `${owner.kind} ${owner.token} ${currency}`;
}

function figures(balances: AccountBalances | undefined): string {
  if (balances === undefined) return 'no account';
  return `posted ${balances.postedMinor}, held ${balances.heldMinor}, pending ${balances.pendingMinor}`;
}
