import postgres from 'postgres';

/** Money is bigint on both sides. */
type Types = { readonly bigint: bigint };

export type Pool = postgres.Sql<Types>;
export type Transaction = postgres.TransactionSql<Types>;

/** A name of its own beside the gateway's tables, in the same database. */
export const SCHEMA = 'textbook';

/** Server settings of a session whose statements all go by key: each is planned once, and as for tables that have grown. */
export const BY_KEY: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};

export function openPool(
  databaseUrl: string,
  connections: number,
  session: Readonly<Record<string, string>> = {},
): Pool {
  return postgres(databaseUrl, {
    max: connections,
    types: { bigint: postgres.BigInt },
    onnotice: () => undefined,
    connection: { search_path: SCHEMA, application_name: 'textbook', ...session },
  });
}
