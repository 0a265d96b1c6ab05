import { authorizeBatch, type Postgres } from '@freeway/postgres';
import type { FactSource } from '@freeway/core';

export interface WarmUpParts {
  readonly commits: Postgres;
  readonly facts: FactSource;
  /** Connections of each pool that are opened ahead. */
  readonly commitConnections: number;
  readonly factConnections: number;
}

/** No token of the wire looks like this: it is never found. */
const NOBODY = ' warm-up';

/**
 * Opens connections and has the server plan the hot statements before the first request comes: otherwise the first
 * requests of a new process wait for log-ins and plans, many times longer than those after them.
 */
export async function warmUp({ commits, facts, commitConnections, factConnections }: WarmUpParts): Promise<void> {
  await Promise.all([
    each(commitConnections, () => commits.query('warm-up', (sql) => authorizeBatch(sql, []))),
    each(factConnections, () => facts.owner({ kind: 'user', token: NOBODY })),
  ]);
  await Promise.all([
    each(factConnections, () => facts.card(NOBODY)),
    each(factConnections, () => facts.chain({ transactionToken: NOBODY })),
  ]);
}

function each(count: number, run: () => Promise<unknown>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, run));
}
