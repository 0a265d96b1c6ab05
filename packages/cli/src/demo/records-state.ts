import type { Postgres } from '@freeway/postgres';
import type { Oddity } from '@freeway/simulator';

/** Of these transactions, those whose records the ledger has booked. */
export async function bookedAmong(postgres: Postgres, transactionTokens: readonly string[]): Promise<string[]> {
  if (transactionTokens.length === 0) return [];
  const rows = await postgres.sql`
    select distinct transaction_token from records where transaction_token = any (${transactionTokens}::text[])`;
  return rows.map((row) => row['transaction_token'] as string);
}

/** What has been listed for an operator since a run began. */
export interface ListedExceptions {
  count(): Promise<number>;
  /** Where the list differs from what the simulator expects on it, each as one sentence. */
  differing(expected: Iterable<Oddity>): Promise<string[]>;
}

export async function watchExceptions(postgres: Postgres): Promise<ListedExceptions> {
  const [before] = await postgres.sql`select coalesce(max(exception_id), 0)::text as last from record_exceptions`;
  const last = before?.['last'] as string;
  const read = () => postgres.sql`
    select transaction_token, reason from record_exceptions where exception_id > ${last}::bigint and state = 'open'`;
  return {
    count: async () => (await read()).length,
    async differing(expected) {
      const due = new Set([...expected].map(({ token, reason }) => `${token} ${reason}`));
      const listed = new Set((await read()).map((row) => `${row['transaction_token']} ${row['reason']}`));
      return [
        ...[...due].filter((each) => !listed.has(each)).map((each) => `${each}: expected, but not listed`),
        ...[...listed].filter((each) => !due.has(each)).map((each) => `${each}: listed, but not expected`),
      ];
    },
  };
}
