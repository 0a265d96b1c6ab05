import postgres from 'postgres';
import { userToken } from '../programme.ts';
import type { Balance } from './expected-books.ts';

/** The ledger as its tables show it, read past every process of Freeway. */
export interface LedgerReader {
  /** Records that came into sight since it was asked last. Exact while one worker writes them: then they come in order. */
  newRecords(): Promise<readonly string[]>;
  recordCount(): Promise<number>;
  /** By user; `posted` without the opening balance. */
  balances(): Promise<ReadonlyMap<string, Balance>>;
  close(): Promise<void>;
}

export function openLedgerReader(databaseUrl: string): LedgerReader {
  // Planned while the tables are empty, a plan that reads them whole would stay and be part of what is measured.
  const connection = { enable_seqscan: 'off' } as Record<string, string>;
  const sql = postgres(databaseUrl, { max: 2, fetch_types: false, onnotice: () => undefined, connection });
  let seen = '0';
  return {
    async newRecords() {
      const rows = await sql<{ record_id: string; transaction_token: string }[]>`
        select record_id, transaction_token from records where record_id > ${seen} order by record_id`;
      seen = rows.at(-1)?.record_id ?? seen;
      return rows.map((row) => row.transaction_token);
    },
    async recordCount() {
      const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from records`;
      return row?.count ?? 0;
    },
    async balances() {
      const rows = await sql<{ owner_token: string; posted: string; held: string }[]>`
        select a.owner_token, a.held_minor as held, a.posted_minor - coalesce((
                 select sum(e.amount_minor) from ledger_transactions t join entries e using (account_id, ledger_transaction_id)
                   where t.account_id = a.account_id and t.transaction_token is null and e.book = 'account'), 0) as posted
          from accounts a`;
      return new Map(rows.map((row) => [row.owner_token, { posted: BigInt(row.posted), held: BigInt(row.held) }]));
    },
    close: () => sql.end({ timeout: 5 }),
  };
}

/** Where the ledger's balances are not the expected ones, each as a sentence. */
export function differencesOf(
  actual: ReadonlyMap<string, Balance>,
  expected: (user: number) => Balance,
  users: number,
): readonly string[] {
  const differences: string[] = [];
  const known = new Set(Array.from({ length: users }, (_, user) => userToken(user)));
  for (let user = 0; user < users; user++) {
    const token = userToken(user);
    const { posted, held } = expected(user);
    const found = actual.get(token);
    if (found?.posted === posted && found.held === held) continue;
    const seen = found === undefined ? 'no account' : `posted ${found.posted}, held ${found.held}`;
    differences.push(`${token}: ${seen} instead of posted ${posted}, held ${held}`);
  }
  for (const [token, { posted, held }] of actual)
    if (!known.has(token) && (posted !== 0n || held !== 0n))
      differences.push(`${token}: posted ${posted}, held ${held} instead of nothing`);
  return differences;
}
